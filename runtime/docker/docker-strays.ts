import { basename, dirname, join } from 'node:path';
import type Docker from 'dockerode';
import { ExpectedError } from '../errors/index.js';
import type { Stray } from '../launchers/launcher.js';
import { mayHaveEngine, soon, unless, withEngine } from './engine.js';
import { LABELS } from './names.js';

const NOT_FOUND = 404;
/** The engine is removing it already. */
const IN_PROGRESS = 409;

/** A container, network or volume that carries the labels of a stack. */
interface LabelledThing extends Stray {
  readonly kind: 'container' | 'network' | 'volume';
  readonly id: string;
}

/** Finds containers, networks and volumes by their labels. None where no engine answers: nothing of ours runs there. */
export async function findLabelled(stacksFolder: string): Promise<LabelledThing[]> {
  if (!mayHaveEngine()) return [];
  const filters = { label: [`${LABELS.home}=${dirname(stacksFolder)}`] };
  try {
    return await withEngine('list what is left of stacks', async (engine) => {
      const [containers, networks, { Volumes: volumes }] = await Promise.all([
        engine.listContainers({ all: true, filters, ...soon() }),
        engine.listNetworks({ filters, ...soon() }),
        engine.listVolumes({ filters, ...soon() }),
      ]);
      const thing = (
        kind: LabelledThing['kind'],
        id: string,
        name: string,
        labels: Readonly<Record<string, string>> | undefined,
        command: string,
      ): LabelledThing => ({
        ...{ mode: 'docker', kind, id, name: `${kind} ${name}`, command },
        folder: join(stacksFolder, basename(labels?.[LABELS.stack] ?? '')),
      });
      return [
        ...containers.map((each) =>
          thing('container', each.Id, (each.Names[0] ?? each.Id).replace('/', ''), each.Labels, each.Command),
        ),
        ...networks.map((each) => thing('network', each.Id, each.Name, each.Labels, each.Driver)),
        ...(volumes as readonly (typeof volumes)[number][]).map((each) =>
          thing('volume', each.Name, each.Name, each.Labels, each.Driver),
        ),
      ];
    });
  } catch (error) {
    if (error instanceof ExpectedError) return [];
    throw error;
  }
}

/** Removes what `findLabelled` found: containers first, for they use the others. */
export async function removeLabelled(strays: readonly Stray[]): Promise<void> {
  const things = strays.filter(isLabelled);
  if (things.length === 0) return;
  await withEngine('remove what is left of a stack', async (engine) => {
    for (const kinds of [['container'], ['network', 'volume']]) {
      await Promise.all(
        things
          .filter(({ kind }) => kinds.includes(kind))
          .map((each) => unless([NOT_FOUND, IN_PROGRESS], removal(engine, each))),
      );
    }
  });
}

function removal(engine: Docker, { kind, id }: LabelledThing): Promise<unknown> {
  switch (kind) {
    case 'container':
      return engine.getContainer(id).remove({ force: true, v: true });
    case 'network':
      return engine.getNetwork(id).remove();
    case 'volume':
      return engine.getVolume(id).remove();
  }
}

const isLabelled = (stray: Stray): stray is LabelledThing => stray.mode === 'docker';
