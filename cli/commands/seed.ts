import { Flags } from '@oclif/core';
import type { SeededStack } from '@quickbite/scenarios/seed';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';
import { renderSeededStack } from '../presentation/seeded-stack.js';

/** The seeds that the services take: 32 bits. */
const LARGEST_SEED = 4_294_967_295;

/** Fills a stack with a city. */
export default class Seed extends BaseCommand {
  static override summary = 'Fill the stack with a city: restaurants, drivers, customers.';
  static override description =
    '500 restaurants with menus, 350 owners, 300 drivers, 1,000 customers and an admin. The same seed gives the same city, ids included; seeding it again adds nothing and changes nothing. All accounts share one password, and one hash of it: good enough for a lab, and nowhere else.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --seed 7 --stack second',
    "<%= config.bin %> <%= command.id %> --json | jq -r '.examples.accounts[] | [.role, .email] | @tsv'",
  ];
  static override flags = {
    stack: stackFlag,
    seed: Flags.integer({
      summary: 'Which city.',
      helpValue: '<number>',
      default: 42,
      min: 0,
      max: LARGEST_SEED,
    }),
  };

  async run(): Promise<SeededStack> {
    const { flags } = await this.parse(Seed);
    const [{ seedStack }, { defaultContext }] = await Promise.all([
      import('@quickbite/scenarios/seed'),
      import('@quickbite/runtime/stack'),
    ]);
    const seeded = await seedStack(defaultContext(), flags.stack, flags.seed);
    this.log(renderSeededStack(seeded, this.theme));
    return seeded;
  }
}
