import { ExpectedError } from '@quickbite/runtime/errors';
import type { LinkEnds, StackLink, StartedStack } from '@quickbite/runtime/stack';
import { observed } from '../probes/observation.js';
import type { Observation } from '../probes/observation.js';
import type { FaultName } from './fault-plan.js';

type Stream = 'upstream' | 'downstream';

/** What one fault adds to the proxy of a link. */
export interface FaultToxic {
  readonly type: string;
  readonly streams: readonly Stream[];
  readonly attributes: Readonly<Record<string, number>>;
}

const READY_MS = 2_000;
const BOTH: readonly Stream[] = ['upstream', 'downstream'];
const toxicName = (fault: FaultName, stream: Stream): string => `quickbite-${fault}-${stream}`;

/** The handle of a link; refuses where it does not go through the proxy, or has this fault already. */
export async function mustBeFree(stack: StartedStack, ends: LinkEnds, fault: FaultName): Promise<void> {
  const link = stack.link(ends.from, ends.to);
  const { enabled, toxics } = await link.state();
  const taken =
    fault === 'down' ? !enabled : toxics.some(({ name }) => BOTH.some((at) => name === toxicName(fault, at)));
  if (!taken) return;
  throw new ExpectedError(`The link ${link.name} has the fault "${fault}" already.`, {
    next: 'See what is broken with "quickbite faults"; undo it with "quickbite fault undo".',
  });
}

/** Puts the toxic of a fault into a link. */
export async function poison(link: StackLink, fault: FaultName, toxic: FaultToxic): Promise<void> {
  for (const stream of toxic.streams) {
    await link.setToxic({ name: toxicName(fault, stream), type: toxic.type, stream, attributes: toxic.attributes });
  }
}

/** Takes the toxics of a fault out of a link; does nothing when there are none. */
export async function cleanse(link: StackLink, fault: FaultName): Promise<void> {
  for (const stream of BOTH) await link.removeToxic(toxicName(fault, stream));
}

/** The proxy's own word that it does what the fault wants. */
export async function isPoisoned(link: StackLink, fault: FaultName, toxic: FaultToxic): Promise<Observation> {
  const { toxics } = await link.state();
  const found = toxic.streams.map((stream) => toxics.find(({ name }) => name === toxicName(fault, stream)));
  const seen = found.map((each) => (each ? `${each.stream} ${JSON.stringify(each.attributes)}` : 'nothing')).join(', ');
  return observed(`the proxy of ${link.name} has ${toxic.type} in it`, found.every(Boolean), seen);
}

/** The proof that a link is whole: the proxy has nothing of the fault, and carries answers where there are any. */
export async function isWhole(link: StackLink, stack: StartedStack, fault: FaultName): Promise<readonly Observation[]> {
  const { enabled, toxics } = await link.state();
  const left = toxics.filter(({ name }) => BOTH.some((stream) => name === toxicName(fault, stream)));
  const [through, direct] = await Promise.all([
    link.probe({ timeoutMs: READY_MS }),
    stack.process(link.to).probe({ timeoutMs: READY_MS }),
  ]);
  // Another fault may still be in the link, or the process behind it may be down: then there is no answer to wait for.
  const expectable = direct.ready && toxics.length === left.length && enabled;
  return [
    observed(`${link.name} is enabled`, enabled || fault !== 'down', enabled ? 'enabled' : 'disabled'),
    observed(`${link.name} has no ${fault} in it`, left.length === 0, `${String(left.length)} toxics`),
    observed(`${link.name} carries again`, through.ready || !expectable, through.ready ? 'answered' : through.reason),
  ];
}

/** How long one look at the other end takes through a link, in ms; undefined when there is no answer. */
export async function timeThrough(link: Pick<StackLink, 'probe'>, timeoutMs: number): Promise<number | undefined> {
  const started = performance.now();
  const look = await link.probe({ timeoutMs });
  return look.ready ? Math.round(performance.now() - started) : undefined;
}
