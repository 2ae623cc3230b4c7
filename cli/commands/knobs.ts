import { Args, Flags } from '@oclif/core';
import { ExpectedError } from '@quickbite/runtime/errors';
import { defaultContext } from '@quickbite/runtime/stack';
import { readLabKnobs, servicesIn, setLabKnobs } from '@quickbite/scenarios/probes';
import type { Knob, ServiceKnobs } from '@quickbite/scenarios/probes';
import { checkName } from '../assignments.js';
import { BaseCommand } from '../base-command.js';
import { stackFlag } from '../flags.js';
import { nearestName } from '../nearest-name.js';
import { renderKnobs } from '../presentation/knob-table.js';

/** Shows and turns knobs. */
export default class Knobs extends BaseCommand {
  static override summary = 'Show the knobs of the services, or turn some.';
  static override description =
    'A knob turns one defence of a service on or off, or tunes it. On a stack that is up: the values as they are now, changed ones marked. Otherwise the defaults. A change lasts until it is changed back or the service restarts.';
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> api-gateway',
    '<%= config.bin %> <%= command.id %> api-gateway --set breaker.enabled=false --set upstream.timeoutMs=2000',
  ];
  static override args = { service: Args.string({ name: 'service', description: 'Only of this service.' }) };
  static override flags = {
    stack: stackFlag,
    set: Flags.string({
      summary: 'Set a knob; may be repeated. All or none.',
      helpValue: '<name=value>',
      multiple: true,
      multipleNonGreedy: true,
    }),
  };

  async run(): Promise<readonly ServiceKnobs[]> {
    const { args, flags } = await this.parse(Knobs);
    const context = defaultContext();
    const names = servicesIn(context.catalogue).map(({ name }) => name);
    if (args.service !== undefined) checkName('knobs', args.service, names);
    const chosen = args.service === undefined ? names : [args.service];
    const before = await readLabKnobs(context, flags.stack, chosen);
    const [only] = before;
    const changes = only && flags.set ? parseChanges(flags.set, args.service, only.knobs) : undefined;
    const shown = only && changes ? [await setLabKnobs(context, flags.stack, only.service, changes)] : before;
    this.log(shown.map((one) => renderKnobs(one, this.theme)).join('\n\n'));
    return shown;
  }
}

/** Reads `name=value`; the service itself checks the values. */
function parseChanges(
  settings: readonly string[],
  service: string | undefined,
  knobs: readonly Knob[],
): Record<string, unknown> {
  if (service === undefined) {
    throw usage(
      '--set needs to know whose knob it is.',
      'Name the service: "quickbite knobs api-gateway --set breaker.enabled=false".',
    );
  }
  const names = knobs.map((knob) => knob.name);
  return Object.fromEntries(
    settings.map((setting) => {
      const [, name = '', text = ''] = /^([^=]+)=(.*)$/s.exec(setting) ?? [];
      if (name === '')
        throw usage(`--set wants name=value, not "${setting}".`, 'For example "--set breaker.enabled=false".');
      if (names.includes(name)) return [name, literal(text)];
      const meant = nearestName(name, names);
      throw usage(
        `${service} has no knob "${name}".`,
        meant ? `Did you mean ${meant}?` : `Choose one of ${names.join(', ')}.`,
      );
    }),
  );
}

function literal(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

const usage = (message: string, next: string): ExpectedError => new ExpectedError(message, { next, exitCode: 2 });
