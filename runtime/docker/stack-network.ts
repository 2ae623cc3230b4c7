import { statusOf, unless, withEngine } from './engine.js';
import type { StackNames } from './names.js';

/** Makes the network of a stack, unless it is there. */
export async function ensureNetwork({ network, labels }: StackNames): Promise<void> {
  await withEngine(`make the network ${network}`, async (engine) => {
    try {
      await engine.getNetwork(network).inspect();
    } catch (error) {
      if (statusOf(error) !== 404) throw error;
      await unless([409], engine.createNetwork({ Name: network, CheckDuplicate: true, Labels: { ...labels } }));
    }
  });
}

/** Makes the volume of a process, unless it is there: made by the container it would have no labels. */
export async function ensureVolume(name: string, labels: StackNames['labels']): Promise<void> {
  await withEngine(`make the volume ${name}`, (engine) => engine.createVolume({ Name: name, Labels: { ...labels } }));
}
