import { AppError } from '@quickbite/shared/errors';
import type { Money } from '@quickbite/shared/http';
import type { MenuItem } from './restaurant.js';

/** A menu as its owner sends it: an item with an id is one that exists, one without is new. */
export type MenuDraft = readonly { readonly id?: string | undefined; readonly name: string; readonly price: Money }[];

/**
 * Gives new items their ids and keeps those of the others, which orders and carts refer to.
 * @throws AppError `invalid-request` when an id is not one of this restaurant's items, or comes twice
 */
export function withItemIds(draft: MenuDraft, present: readonly MenuItem[], newId: () => string): readonly MenuItem[] {
  const unused = new Set(present.map((item) => item.id));
  return draft.map(({ id, name, price }) => {
    if (id !== undefined && !unused.delete(id))
      throw new AppError(
        'invalid-request',
        `The menu names the item ${id}, which this restaurant does not have or which is named twice. Leave the id out for a new item.`,
      );
    return { id: id ?? newId(), name, price };
  });
}
