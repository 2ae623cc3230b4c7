import type { Knobs } from '@quickbite/shared/knobs';
import type { Metrics } from '@quickbite/shared/metrics';
import { createEmailChannel } from './data-access/email-channel.js';
import { createPushChannel } from './data-access/push-channel.js';
import { createSmsChannel } from './data-access/sms-channel.js';
import { seededRandom, unreliable } from './data-access/unreliable-channel.js';
import type { Trouble } from './data-access/unreliable-channel.js';
import { countSends } from './delivery-metrics.js';
import type { Channel, Channels, Mailbox } from './domain/channel.js';
import type { OutsideChannel } from './domain/notification.js';
import type { notificationKnobs } from './knobs.js';

/** The channels of the lab, each as reliable as its knobs say. */
export function createChannels(options: {
  readonly mailbox: Mailbox;
  readonly knobs: Knobs<typeof notificationKnobs>;
  readonly metrics: Metrics;
}): Channels {
  const { mailbox, knobs, metrics } = options;
  const counted = countSends(metrics);

  function build(channel: Channel): Channel {
    const trouble = () => troubleOf(knobs, channel.name);
    let random = seededRandom(knobs.get('channel.seed'));
    knobs.onChange(() => (random = seededRandom(knobs.get('channel.seed'))));
    return counted(unreliable(channel, trouble, () => random()));
  }
  return {
    push: build(createPushChannel(mailbox)),
    sms: build(createSmsChannel(mailbox)),
    email: build(createEmailChannel(mailbox)),
  };
}

function troubleOf(knobs: Knobs<typeof notificationKnobs>, name: OutsideChannel): Trouble {
  return {
    down: knobs.get(`channel.${name}.down`),
    failRate: knobs.get(`channel.${name}.failRate`),
    lostAnswers: knobs.get(`channel.${name}.lostAnswers`),
  };
}
