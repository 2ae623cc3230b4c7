import type { Inside } from '../launchers/launcher.js';
import { DATA_DIR } from './container-options.js';

const PROXY = 'toxiproxy';

/** Each container has a name in the stack's network, and listens on its usual port. */
export const inside: Inside = {
  bind: '0.0.0.0',
  callers: 'uniquelocal',
  dataDir: () => DATA_DIR,
  address: ({ name, usualPort }) => ({ host: name, port: usualPort }),
  link: (port) => ({ host: PROXY, port }),
};
