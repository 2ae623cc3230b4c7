/**
 * `sliding-window`: at every moment the attempts of the last `windowMs` are at most `limit`. `fixed-window`: those since the
 * last edge are, so that around an edge twice as many come through. `token-bucket`: `limit` at once and then one place every
 * `windowMs / limit`, so that after a pause up to twice as many come through within one window, but never at once.
 */
export const algorithms = ['sliding-window', 'fixed-window', 'token-bucket'] as const;
export type Algorithm = (typeof algorithms)[number];
