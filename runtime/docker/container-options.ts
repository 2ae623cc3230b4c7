import type { ContainerCreateOptions, HostConfig } from 'dockerode';
import type { LaunchSpec } from '../launchers/launcher.js';
import { publishedOn } from './engine.js';
import { LABELS } from './names.js';
import type { StackNames } from './names.js';

export const MIB = 1024 ** 2;

/** What a process may have at most, in MiB: about twice what it needs. */
const MEMORY_MIB: Readonly<Record<string, number>> = { mongo: 512, rabbitmq: 512, redis: 128, toxiproxy: 128 };
const SERVICE_MIB = 256;

/** Where our images keep data. */
export const DATA_DIR = '/data';

/** The container of one process: its image, its place in the stack's network, and what it may do. */
export function containerOptions(spec: LaunchSpec, image: string, names: StackNames): ContainerCreateOptions {
  const { def, source } = spec;
  const name = names.of(def.name);
  const ownImage = def.kind === 'service' || source === 'embedded';
  const dataDir = ownImage ? DATA_DIR : def.image.dataDir;
  const ports = [
    { inside: def.port, outside: spec.port },
    ...spec.linkPorts.map((port) => ({ inside: port, outside: port })),
  ];
  const command = commandOf(spec);
  const memory = (MEMORY_MIB[def.name] ?? SERVICE_MIB) * MIB;
  return {
    name,
    Image: image,
    // RabbitMQ names its data after the host.
    Hostname: def.name,
    ...(command && { Cmd: [...command] }),
    Env: Object.entries(spec.env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...names.labels, [LABELS.process]: def.name },
    ExposedPorts: Object.fromEntries(ports.map(({ inside }) => [`${inside}/tcp`, {}])),
    // The probes of the CLI look at readiness; the image's own check would cost a process every two seconds.
    Healthcheck: { Test: ['NONE'] },
    HostConfig: {
      NetworkMode: names.network,
      PortBindings: Object.fromEntries(
        ports.map(({ inside, outside }) => [`${inside}/tcp`, [{ HostIp: publishedOn(), HostPort: String(outside) }]]),
      ),
      Memory: memory,
      MemorySwap: memory,
      PidsLimit: 512,
      // The name of a process that has ended is unknown at once: a name without a dot is then not asked for outside of the engine.
      DnsOptions: ['ndots:1'],
      DnsSearch: ['.'],
      ...(dataDir !== undefined && { Mounts: [{ Type: 'volume', Source: name, Target: dataDir }] }),
      ...(ownImage && LOCKED_DOWN),
    },
    NetworkingConfig: { EndpointsConfig: { [names.network]: { Aliases: [def.name] } } },
  };
}

/** What our own programs need nothing more than. The entry points of others change owners and users first. */
const LOCKED_DOWN: HostConfig = {
  ReadonlyRootfs: true,
  Tmpfs: { '/tmp': '' },
  CapDrop: ['ALL'],
  SecurityOpt: ['no-new-privileges'],
};

function commandOf({ def, source }: LaunchSpec): readonly string[] | undefined {
  if (def.kind === 'service') return undefined;
  if (source === 'native') return def.image.command;
  const fill = (arg: string): string =>
    arg
      .replaceAll('{self.port}', String(def.port))
      .replaceAll('{self.dataDir}', DATA_DIR)
      .replaceAll('{self.bind}', '0.0.0.0');
  return ['node', def.embedded.entry, ...def.embedded.args.map(fill)];
}
