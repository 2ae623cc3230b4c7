import { AppError } from '@quickbite/shared/errors';

/** Who watches at this gateway. */
export interface Viewers {
  /**
   * Takes a place for an account.
   * @returns gives it back
   * @throws AppError `too-many-requests` when the account has `limit` of them
   */
  enter(userId: string, limit: number): () => void;
}

/** Counts the viewers of each account. */
export function createViewers(): Viewers {
  const counts = new Map<string, number>();
  return {
    enter(userId, limit) {
      const count = counts.get(userId) ?? 0;
      if (count >= limit)
        throw new AppError(
          'too-many-requests',
          `An account may track at most ${limit} orders at a time. Close another stream first.`,
          { headers: { 'retry-after': '5' } },
        );
      counts.set(userId, count + 1);
      let entered = true;
      return () => {
        if (!entered) return;
        entered = false;
        const left = (counts.get(userId) ?? 1) - 1;
        if (left > 0) counts.set(userId, left);
        else counts.delete(userId);
      };
    },
  };
}
