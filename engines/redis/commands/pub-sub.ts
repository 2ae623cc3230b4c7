import { globMatcher } from '../keyspace/glob.js';
import { NO_REPLY, Push } from '../resp/reply.js';
import type { Reply } from '../resp/reply.js';
import { command } from './command.js';
import type { Call, Command } from './command.js';

type Kind = 'channels' | 'patterns';

export const pubSubCommands: readonly Command[] = [
  command('subscribe', -2, 'control', (call, [name, ...channels]) => subscribe(call, name, 'channels', channels), {
    noScript: true,
  }),
  command('psubscribe', -2, 'control', (call, [name, ...patterns]) => subscribe(call, name, 'patterns', patterns), {
    noScript: true,
  }),
  command('unsubscribe', -1, 'control', (call, [name, ...channels]) => unsubscribe(call, name, 'channels', channels), {
    noScript: true,
  }),
  command('punsubscribe', -1, 'control', (call, [name, ...patterns]) => unsubscribe(call, name, 'patterns', patterns), {
    noScript: true,
  }),
  command('publish', 3, 'control', ({ server }, [, channel, message]) => server.pubSub.publish(channel, message)),
  command('pubsub|channels', -2, 'control', ({ server }, [, , pattern = '*']) => {
    return server.pubSub.channelNames().filter(globMatcher(pattern));
  }),
  command('pubsub|numsub', -2, 'control', ({ server }, [, , ...channels]) =>
    channels.flatMap((channel) => [channel, server.pubSub.subscriberCount(channel)]),
  ),
  command('pubsub|numpat', 2, 'control', ({ server }) => server.pubSub.patternCount),
];

/** Each name is confirmed by a message of its own. */
function subscribe({ server, session }: Call, name: string, kind: Kind, names: readonly string[]): Reply {
  for (const each of names) {
    server.pubSub.subscribe(session, kind, each);
    session.link.send(new Push([name.toLowerCase(), each, session.subscriptionCount]));
  }
  return NO_REPLY;
}

function unsubscribe({ server, session }: Call, name: string, kind: Kind, names: readonly string[]): Reply {
  const targets = names.length > 0 ? names : [...session[kind]];
  for (const each of targets) {
    server.pubSub.unsubscribe(session, kind, each);
    session.link.send(new Push([name.toLowerCase(), each, session.subscriptionCount]));
  }
  if (targets.length === 0) session.link.send(new Push([name.toLowerCase(), null, session.subscriptionCount]));
  return NO_REPLY;
}
