export { createProxies, readLink, removeToxic, setEnabled, setToxic } from './toxiproxy-api.js';
export type { LinkState, Toxic } from './toxiproxy-api.js';
