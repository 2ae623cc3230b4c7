/** Where a menu is stored: in the document of its restaurant, or each dish in a document of its own. */
export const menuStorages = ['embedded', 'referenced'] as const;
export type MenuStorage = (typeof menuStorages)[number];

/** How dishes that have documents of their own are read with their restaurant. */
export const menuLookups = ['together', 'join', 'one-by-one'] as const;
export type MenuLookup = (typeof menuLookups)[number];

/** What can be chosen about menus. Embedded is the design; the other is what a lab compares it with. */
export interface MenuSettings {
  /** From the next change of a menu on; what is stored otherwise is found as well. */
  readonly storage: MenuStorage;
  readonly lookup: MenuLookup;
}
