import { Flags } from '@oclif/core';
import type { BootEvent, BootOptions } from '@quickbite/runtime/stack';
import { checkName, parseEngines, parseInstances, parseLinks, parsePorts, withInstanceNames } from '../assignments.js';
import { BaseCommand } from '../base-command.js';
import { launcherFlag, stackFlag } from '../flags.js';
import { showBootProgress } from '../presentation/boot-progress.js';
import { formatDuration } from '../presentation/duration.js';
import { createTheme } from '../presentation/theme.js';
import { renderStack } from '../presentation/stack-table.js';
import { reportStack } from '../stack-report.js';
import type { StackReport } from '../stack-report.js';
import { reviveStack } from '../revive-stack.js';

/** Boots a stack that stays up. */
export default class Up extends BaseCommand {
  static override summary = 'Boot the stack and leave it up.';
  static override description = [
    'Starts the engines (MongoDB, Redis, RabbitMQ: the real server, or the embedded one) and the services, each as soon as what it depends on is ready. A default port that is taken moves; one given with --port does not.',
    'A link that is named with --link goes through a proxy, so that "quickbite fault" can slow it down or cut it; all others are direct.',
    'On a stack that is up it starts what has ended and otherwise changes nothing.',
    'With --adopt nothing is booted: what Docker Compose has started becomes the stack, and "down" lets go of it again.',
  ].join('\n');
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    '<%= config.bin %> <%= command.id %> --services api-gateway,restaurant-service',
    '<%= config.bin %> <%= command.id %> --stack second --port api-gateway=4000',
    '<%= config.bin %> <%= command.id %> --link restaurant-service:redis --link order-service:rabbitmq',
    '<%= config.bin %> <%= command.id %> --instances api-gateway=2',
    '<%= config.bin %> <%= command.id %> --engine redis=embedded --engine rabbitmq=native',
    '<%= config.bin %> <%= command.id %> --launcher docker',
    '<%= config.bin %> <%= command.id %> --adopt quickbite',
  ];
  static override flags = {
    stack: stackFlag,
    services: Flags.string({
      summary: 'Only these services, and what they depend on.',
      helpValue: '<a,b>',
      multiple: true,
      delimiter: ',',
    }),
    port: Flags.string({ summary: 'Port of a process.', helpValue: '<name=number>', multiple: true }),
    engine: Flags.string({
      summary: 'Where an engine comes from: native or embedded.',
      helpValue: '<name=source>',
      multiple: true,
    }),
    launcher: launcherFlag,
    adopt: Flags.string({
      summary: 'Take what Docker Compose has started for a stack.',
      helpValue: '<project>',
      exclusive: ['services', 'port', 'engine', 'link', 'instances'],
    }),
    link: Flags.string({ summary: 'Route a link through the proxy.', helpValue: '<from:to>', multiple: true }),
    instances: Flags.string({
      summary: 'How many of a service: the second is named like api-gateway-2.',
      helpValue: '<name=number>',
      multiple: true,
    }),
  };

  async run(): Promise<StackReport> {
    const { flags } = await this.parse(Up);
    if (flags.adopt !== undefined) {
      const { adoptStack } = await import('@quickbite/runtime/stack');
      await adoptStack({ id: flags.stack, project: flags.adopt });
      return this.show(flags.stack);
    }
    const [{ catalogue }, { listStacks }] = await Promise.all([
      import('@quickbite/runtime/definitions'),
      import('@quickbite/runtime/stack'),
    ]);
    const names = catalogue.map(({ name }) => name);
    flags.services?.forEach((name) => checkName('--services', name, names));
    const instances = parseInstances(flags.instances ?? [], names);
    const all = withInstanceNames(names, instances);
    const options: BootOptions = {
      id: flags.stack,
      lifetime: 'kept',
      launcher: flags.launcher,
      ports: parsePorts(flags.port ?? [], all),
      links: parseLinks(flags.link ?? [], all),
      instances,
      engines: parseEngines(
        flags.engine ?? [],
        catalogue.filter(({ kind }) => kind === 'engine').map(({ name }) => name),
      ),
      ...(flags.services && { services: flags.services }),
    };
    const known = (await listStacks()).find((stack) => stack.id === flags.stack);
    if (known?.condition === 'up') {
      this.log(await reviveStack(known, options));
    } else {
      const started = performance.now();
      const how = await this.boot(options);
      this.log(`The stack is up after ${formatDuration(performance.now() - started)}, ${how}.`);
    }
    return this.show(flags.stack);
  }

  /** @returns how it was booted, in words */
  private async boot(options: BootOptions): Promise<string> {
    const { bootStack } = await import('@quickbite/runtime/stack');
    const silent = { isTTY: false, columns: 0, write: () => true };
    const progress = showBootProgress(createTheme('stderr'), this.jsonEnabled() ? silent : process.stderr);
    using interruption = this.interruption(progress.end);
    try {
      let why: string | undefined;
      const onProgress = (event: BootEvent): void => {
        if (event.type === 'launcher') ({ why } = event);
        progress.onProgress(event);
      };
      const stack = await bootStack({ ...options, signal: interruption.signal, onProgress });
      stack.detach();
      const how = stack.mode === 'docker' ? 'in containers' : 'as processes';
      return why === undefined ? how : `${how}: ${why}`;
    } finally {
      progress.end();
    }
  }

  private async show(id: string): Promise<StackReport> {
    const { listStacks } = await import('@quickbite/runtime/stack');
    const observed = (await listStacks()).find((stack) => stack.id === id);
    if (!observed) throw new Error(`the stack "${id}" has vanished`);
    const report = await reportStack(observed);
    this.log(`\n${renderStack(report, this.theme)}\n`);
    for (const { name, port, movedFrom } of observed.processes) {
      if (movedFrom !== undefined) this.log(`Port ${movedFrom} was taken: ${name} listens on ${port}.`);
    }
    const gateway = report.processes.find(({ name }) => name === 'api-gateway');
    const option = id === 'default' ? '' : ` --stack ${id}`;
    if (gateway?.url) this.log(`Try it        ${this.theme.link(`${gateway.url}/docs`)}`);
    this.log(`Look inside   ${this.theme.command(`${this.config.bin} logs --follow${option}`)}`);
    const last = report.adoptedFrom === null ? 'Take it down ' : 'Let go of it ';
    this.log(`${last} ${this.theme.command(`${this.config.bin} down${option}`)}`);
    return report;
  }
}
