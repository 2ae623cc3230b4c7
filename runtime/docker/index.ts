export { composeProjects, findComposeContainers } from './compose-project.js';
export type { ComposeContainer } from './compose-project.js';
export { askVersion, engineAddress, engineHost, LOOPBACK, mayHaveEngine } from './engine.js';
export { removeImages } from './remove-images.js';
