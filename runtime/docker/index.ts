export { askVersion, engineAddress, mayHaveEngine } from './engine.js';
export { removeImages } from './remove-images.js';
