import { ExpectedError } from '@quickbite/runtime/errors';
import { attachStack } from '@quickbite/runtime/stack';
import type { RuntimeContext, StartedStack } from '@quickbite/runtime/stack';
import { z } from 'zod';
import { callLab } from '../probes/lab-endpoint.js';

/** The services that own a part of a seeded city. */
const OWNERS = ['user-service', 'restaurant-service', 'driver-service'] as const;
/** A bulk insert on a busy machine; anything longer is a hang. */
const TIMEOUT_MS = 30_000;

const counts = z.record(z.string(), z.int());
const place = z.object({ type: z.literal('Point'), coordinates: z.tuple([z.number(), z.number()]) });
const examples = z.object({
  password: z.string().optional(),
  accounts: z.array(z.object({ id: z.string(), role: z.string(), name: z.string(), email: z.string() })).default([]),
  deliveryLocation: place.optional(),
  restaurants: z
    .array(
      z.object({
        id: z.string(),
        name: z.string(),
        cuisine: z.string(),
        dish: z.object({ id: z.string(), name: z.string() }),
      }),
    )
    .default([]),
});
const seeded = z.object({
  seed: z.int(),
  inserted: counts,
  present: counts,
  examples: examples.default(examples.parse({})),
});

/** Things of a seeded city to try out. */
export type SeedExamples = z.infer<typeof examples>;

/** A stack with a city in it. */
export interface SeededStack {
  readonly stackId: string;
  readonly seed: number;
  readonly ms: number;
  /** Where clients call; undefined when the stack has no gateway. */
  readonly gatewayUrl: string | undefined;
  /** What is there now, by kind, and how much of it is new. */
  readonly parts: readonly { readonly kind: string; readonly count: number; readonly inserted: number }[];
  /** Services that would have taken a part but are not in this stack. */
  readonly absent: readonly string[];
  readonly examples: SeedExamples;
}

/** Fills a stack that is up with the city of a seed. Each service inserts its own part, all at once; a repetition adds nothing. */
export async function seedStack(context: RuntimeContext, stackId: string, seed: number): Promise<SeededStack> {
  return seedServices(await attachStack(stackId, context), seed);
}

/** The same on a stack that the caller holds. */
export async function seedServices(stack: StartedStack, seed: number): Promise<SeededStack> {
  const started = performance.now();
  const present = OWNERS.filter((service) => stack.processes.some(({ name }) => name === service));
  if (present.length === 0) {
    throw new ExpectedError(`The stack "${stack.id}" has none of ${OWNERS.join(', ')}: nobody can be seeded.`, {
      next: 'Boot a whole one with "quickbite up".',
    });
  }
  const answers = await Promise.all(
    present.map((service) =>
      callLab({ service, url: stack.process(service).url, labKey: stack.labKey }, '/internal/seed', seeded, {
        post: { seed },
        timeoutMs: TIMEOUT_MS,
      }),
    ),
  );
  return {
    stackId: stack.id,
    seed,
    ms: performance.now() - started,
    gatewayUrl: stack.processes.find(({ name }) => name === 'api-gateway')?.url,
    parts: answers.flatMap(({ inserted, present: there }) =>
      Object.entries(inserted).map(([kind, count]) => ({ kind, inserted: count, count: count + (there[kind] ?? 0) })),
    ),
    absent: OWNERS.filter((service) => !present.includes(service)),
    examples: examples.parse(Object.assign({}, ...answers.map((answer) => withoutEmpty(answer.examples)))),
  };
}

/** Each service gives examples of what it knows; the empty lists of the others must not replace them. */
const withoutEmpty = (given: SeedExamples): Partial<SeedExamples> =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => !Array.isArray(value) || value.length > 0));
