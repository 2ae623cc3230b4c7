export { catalogue } from './catalogue.js';
export { toxiproxy } from './toxiproxy.js';
export type { EngineDef, EngineSource, NativeServer, ProcessDef, Readiness, ServiceDef } from './definition.js';
