/** The place in a document that an update operator works on. */
export interface Slot {
  readonly path: string;
  /** `undefined` for a missing field. */
  readonly value: unknown;
  readonly documentId: unknown;
  readonly now: Date;
  set(value: unknown): void;
  unset(): void;
  /** Moves the value, for `$rename`. */
  moveTo(path: string): void;
}

/** Changes the value at a slot. Values and operands are exact. */
export type UpdateOperator = (slot: Slot, operand: unknown) => void;
