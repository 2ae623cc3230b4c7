import { withEngine } from './engine.js';
import { LABELS } from './names.js';

/**
 * Removes the images that were built of our Dockerfile, by the lab or by Compose; those that a container uses stay.
 * @returns their names
 */
export async function removeImages(): Promise<readonly string[]> {
  return withEngine('remove images', async (engine) => {
    const images = await engine.listImages({ filters: { label: [LABELS.image] } });
    const containers = await engine.listContainers({ all: true });
    const unused = images.filter(({ Id: id }) => !containers.some(({ ImageID: used }) => used === id));
    await Promise.all(unused.map(({ Id: id }) => engine.getImage(id).remove({ force: true })));
    return unused.map(({ Id: id, RepoTags: tags }) => tags?.[0] ?? id);
  });
}
