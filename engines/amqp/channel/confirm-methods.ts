import { ConfirmTracker } from './confirm-tracker.js';
import type { Handlers } from './handlers.js';

/** Class 85: publisher confirms. */
export const confirmMethods: Handlers<'confirm.select'> = {
  'confirm.select': (channel, { nowait }) => {
    channel.confirms ??= new ConfirmTracker((name, fields) => channel.send(name, fields));
    if (!nowait) channel.send('confirm.select-ok', {});
  },
};
