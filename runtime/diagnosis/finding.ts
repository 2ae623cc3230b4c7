/** What one check found. */
export interface Finding {
  readonly category: 'machine' | 'state' | 'docker' | 'engines' | 'ports' | 'leftovers';
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly message: string;
  /** What to do about it; only when the status is not ok. */
  readonly fix?: string;
}
