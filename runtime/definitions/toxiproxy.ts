import type { EngineDef } from './definition.js';

const args = ['--host', '{self.bind}', '--port', '{self.port}'];

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
  image: { name: 'ghcr.io/shopify/toxiproxy:2.12.0', setting: 'QUICKBITE_IMAGE_TOXIPROXY' },
  onDemand: true,
};
