import { Args, Flags } from '@oclif/core';
import { defaultContext } from '@quickbite/runtime/stack';
import { faultNames } from '@quickbite/scenarios/faults';
import { breakByHand } from '@quickbite/scenarios/by-hand';
import type { FaultInEffect } from '@quickbite/scenarios/by-hand';
import { BaseCommand } from '../../base-command.js';
import { planFault } from '../../fault-from-words.js';
import { stackFlag } from '../../flags.js';

/** Breaks something by hand. */
export default class Fault extends BaseCommand {
  static override summary = 'Break a process or a link of the stack that is up.';
  static override description = `Returns when a probe has seen it take effect; it stays broken until "quickbite fault undo", "recover" or "down".

A process:
  kill       SIGKILL: connections are refused
  stop       SIGTERM: it finishes what it has begun, then connections are refused
  pause      SIGSTOP: it accepts connections and answers nothing
  isolate    its network is unplugged: it runs, nobody reaches it, and it reaches nobody (only in a container)
  restart    SIGKILL (with --graceful SIGTERM) and started again: its memory is empty

A link that was named at the boot, "quickbite up --link restaurant-service:redis":
  latency    answers come --ms later, give or take --jitter
  bandwidth  only --kbps kilobits a second, each way
  timeout    answers are swallowed: what is asked is done, and nobody hears of it
  partition  nothing passes, either way, in silence; several links with commas
  reset      each connection is reset when something is sent
  down       connections are refused`;
  static override examples = [
    '<%= config.bin %> <%= command.id %> pause restaurant-service',
    '<%= config.bin %> <%= command.id %> restart order-service --graceful',
    '<%= config.bin %> <%= command.id %> latency restaurant-service:redis --ms 300 --jitter 50',
    '<%= config.bin %> <%= command.id %> partition order-service:rabbitmq,driver-service:rabbitmq',
  ];
  static override args = {
    what: Args.string({ name: 'what', description: faultNames.join(', '), required: true }),
    where: Args.string({ name: 'where', description: 'A process, or a link as from:to.', required: true }),
  };
  static override flags = {
    stack: stackFlag,
    ms: Flags.integer({ summary: 'latency: by how much. Default 200.', min: 1, max: 600_000 }),
    jitter: Flags.integer({ summary: 'latency: give or take, in ms. Default 0.', min: 0, max: 600_000 }),
    kbps: Flags.integer({ summary: 'bandwidth: kilobits a second. Default 64.', min: 8, max: 10_000_000 }),
    graceful: Flags.boolean({ summary: 'restart: SIGTERM instead of SIGKILL.' }),
  };

  async run(): Promise<FaultInEffect> {
    const { args, flags } = await this.parse(Fault);
    const context = defaultContext();
    const plan = planFault(args.what, args.where, flags);
    const broken = await breakByHand(context, flags.stack, plan);
    const { symbols, warn, ok, muted, command } = this.theme;
    this.log(`${warn(symbols.warn)} ${broken.description}`);
    for (const { statement, seen } of broken.proof) this.log(`  ${ok(symbols.ok)} ${statement} ${muted(`(${seen})`)}`);
    const option = flags.stack === 'default' ? '' : ` --stack ${flags.stack}`;
    if (plan.fault !== 'restart' && broken.id !== null)
      this.log(`Undo it with  ${command(`${this.config.bin} fault undo ${broken.id}${option}`)}`);
    return broken;
  }
}
