export { page } from './pager.js';
export { renderMarkdown } from './render-markdown.js';
export type { Rendered } from './render-markdown.js';
export type { Style } from './style.js';
export { wrap } from './wrap.js';
