import { z } from 'zod';

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/);
const name = z.string().trim().min(1);

/** Where the figures of a claim come from. */
export const measured = z.union([
  /** A small direct experiment of benchmarks/probes; its figures by their own names. */
  z.strictObject({ probe: id }),
  /** Checks of a scenario, each under the name that the rule uses. */
  z.strictObject({
    scenario: id,
    figures: z.record(
      id,
      z.strictObject({ arm: z.enum(['undefended', 'defended', 'both']).default('both'), check: name }),
    ),
  }),
  /** A benchmark; its figures by their own names. */
  z.strictObject({ bench: id }),
  /** Nothing that this lab can do measures it: why. */
  z.strictObject({ notHere: name }),
]);

export type Measured = z.output<typeof measured>;
