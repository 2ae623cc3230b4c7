import type { ClientMethodName, ClientMethods } from '../codec/methods.js';
import type { Channel } from './channel.js';

/** What a channel does for each of some methods. */
export type Handlers<K extends ClientMethodName> = {
  readonly [P in K]: (channel: Channel, fields: ClientMethods[P]) => void;
};
