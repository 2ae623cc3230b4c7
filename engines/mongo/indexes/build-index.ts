import { GeoIndex } from './geo-index.js';
import type { Index } from './index-contract.js';
import type { IndexDefinition } from './index-definition.js';
import { OrderedIndex } from './ordered-index.js';
import { TextIndex } from './text-index.js';

/** Makes an empty index of the right kind. */
export function buildIndex(definition: IndexDefinition): Index {
  switch (definition.kind) {
    case 'ordered':
      return new OrderedIndex(definition);
    case '2dsphere':
      return new GeoIndex(definition);
    case 'text':
      return new TextIndex(definition);
  }
}
