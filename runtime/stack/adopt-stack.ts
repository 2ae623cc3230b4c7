import type { ProcessDef } from '../definitions/index.js';
import { composeProjects, engineHost, findComposeContainers, LOOPBACK } from '../docker/index.js';
import type { ComposeContainer } from '../docker/index.js';
import { ExpectedError } from '../errors/index.js';
import { claimName, ownerNow } from './claim-stack.js';
import { defaultContext, launcherOf } from './context.js';
import type { RuntimeContext } from './context.js';
import { DEFAULT_STACK, parseStackId } from './stack-id.js';
import type { StartedStack } from './stack.js';
import { createStartedStack } from './started-stack.js';
import { inStateHome, stackFolder } from './state-home.js';
import type { ProcessRecord, StackState } from './state-file.js';
import { writeState } from './state-file.js';

/** What makes a project of Compose one that can be adopted. */
const OPENED_BY = 'docker compose -f docker-compose.yml -f deploy/docker/lab.yml up -d --wait';

/** A container, and what it runs. */
interface Found {
  readonly def: ProcessDef;
  readonly container: ComposeContainer;
}

/** The environment of our images says which program runs in it; one of `engines/` stands in for a real server. */
const isEmbedded = ({ env }: ComposeContainer): boolean => env['MAIN']?.startsWith('engines/') === true;

/**
 * Writes down the containers of a Compose project as a stack, so that every command finds them. Changes nothing about them.
 * @throws ExpectedError when there is no such project, a process of it is out of reach, or it has no lab key; or when a stack
 * of that name is up
 */
export async function adoptStack(
  { id = DEFAULT_STACK, project }: { readonly id?: string; readonly project: string },
  context: RuntimeContext = defaultContext(),
): Promise<StartedStack> {
  return inStateHome(context.home, async () => {
    const found = await findIn(project, context.catalogue);
    const secrets = secretsIn(found);
    if (!secrets['lab']) throw hasNoKey(project);
    const state: StackState = {
      version: 1,
      id: parseStackId(id),
      mode: 'docker',
      phase: 'up',
      lifetime: 'kept',
      adopted: { project },
      createdAt: new Date().toISOString(),
      owner: await ownerNow(),
      secrets,
      processes: recordsOf(project, found),
      absentPorts: {},
      links: [],
    };
    const folder = stackFolder(context.home, state.id);
    await claimName(state.id, context, () => writeState(folder, state));
    const site = { folder, launcher: launcherOf('docker', context), context };
    return createStartedStack(site, state, { owned: false });
  });
}

/** In the catalogue's order. What it does not know, or boots on demand only, is not part of the stack: Prometheus, Toxiproxy. */
async function findIn(project: string, catalogue: readonly ProcessDef[]): Promise<readonly Found[]> {
  const containers = await findComposeContainers(project);
  const found = catalogue
    .filter(({ onDemand }) => onDemand !== true)
    .flatMap((def) =>
      containers
        .filter(({ service }) => service.replace(/-\d+$/, '') === def.name)
        .sort((one, other) => (one.service < other.service ? -1 : 1))
        .map((container) => ({ def, container })),
    );
  if (found.length > 0) return found;
  const projects = await composeProjects();
  throw new ExpectedError(
    containers.length === 0
      ? `Docker has no container of a Compose project "${project}".`
      : `Nothing in the Compose project "${project}" is part of QuickBite.`,
    {
      details: [projects.length > 0 ? `there is: ${projects.join(', ')}` : 'it has none of any project'],
      next: `Start it with "${OPENED_BY}".`,
    },
  );
}

/** What the definitions call a secret has its value in the environment of the container. */
function secretsIn(found: readonly Found[]): Record<string, string> {
  return Object.fromEntries(
    found.flatMap(({ def, container }) =>
      Object.entries(def.env).flatMap(([variable, template]) => {
        const [, name] = /^\{secret\.([\w-]+)\}$/.exec(template) ?? [];
        const value = container.env[variable];
        return name === undefined || value === undefined ? [] : [[name, value]];
      }),
    ),
  );
}

/** @throws ExpectedError that names all that are out of reach */
function recordsOf(project: string, found: readonly Found[]): ProcessRecord[] {
  const reached = found.map(({ def, container }) => ({ def, container, port: portInReach(def, container) }));
  const outOfReach = reached.filter(({ port }) => port === undefined);
  if (outOfReach.length > 0) {
    throw new ExpectedError(`The Compose project "${project}" keeps to itself: the lab cannot reach all of it.`, {
      details: outOfReach.map(
        ({ def, container }) => `${container.service} does not publish its port ${def.port} here`,
      ),
      next: `Open it with "${OPENED_BY}": its data stays.`,
    });
  }
  return reached.map(({ def, container, port = def.port }) => ({
    name: container.service,
    ...(container.service !== def.name && { instanceOf: def.name }),
    kind: def.kind,
    ...(def.kind === 'engine' && { source: isEmbedded(container) ? ('embedded' as const) : ('native' as const) }),
    port,
    extraPorts: {},
    pid: container.pid,
    startedAt: container.startedAt,
    container: container.id,
    launchedAt: new Date(container.startedAt).toISOString(),
    wanted: container.status === 'exited' ? 'stopped' : container.status,
  }));
}

/** Where the CLI finds it, also after a restart: published on a fixed port, on an address that the CLI uses. */
function portInReach(def: ProcessDef, container: ComposeContainer): number | undefined {
  const everywhere = ['', '0.0.0.0'];
  const addresses = engineHost() === LOOPBACK ? [...everywhere, LOOPBACK] : everywhere;
  return container.published(def.port).find(({ address, port }) => port > 0 && addresses.includes(address))?.port;
}

const hasNoKey = (project: string): ExpectedError =>
  new ExpectedError(`The Compose project "${project}" has no QUICKBITE_LAB_KEY: its knobs do not exist.`, {
    next: `Set one in .env, then "${OPENED_BY}".`,
  });
