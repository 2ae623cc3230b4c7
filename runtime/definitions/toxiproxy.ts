import type { EngineDef } from './definition.js';

const args = ['--host', '127.0.0.1', '--port', '{self.port}'];

/** Stands in the links that a boot names, so that they can be slowed down, cut and reset. */
export const toxiproxy: EngineDef = {
  kind: 'engine',
  name: 'toxiproxy',
  summary: 'Toxiproxy: the proxy in the links that can be disturbed',
  port: 8474,
  dependsOn: [],
  readiness: { type: 'http', path: '/version' },
  env: {},
  embedded: { entry: 'engines/dist/toxiproxy/main.js', args },
  native: [{ binary: 'toxiproxy-server', args, env: {} }],
  onDemand: true,
};
