import { bandwidth } from './bandwidth.js';
import { latency } from './latency.js';
import { limitData } from './limit-data.js';
import { resetPeer } from './reset-peer.js';
import { slicer } from './slicer.js';
import { slowClose } from './slow-close.js';
import { timeout } from './timeout.js';
import type { ToxicKind } from './toxic-kind.js';

/** Every type of toxic by the name that the API knows it by. */
export const kinds: ReadonlyMap<string, ToxicKind> = new Map([
  ['bandwidth', bandwidth],
  ['latency', latency],
  ['limit_data', limitData],
  ['reset_peer', resetPeer],
  ['slicer', slicer],
  ['slow_close', slowClose],
  ['timeout', timeout],
]);
