/** Thrown where the measurement cannot be trusted any more: what is left of the run is undone, and it ends inconclusive. */
export class Inconclusive extends Error {
  override readonly name = 'Inconclusive';
}
