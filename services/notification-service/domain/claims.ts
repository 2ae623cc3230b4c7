/** Claims on pieces of work, for the strategies that keep them in Redis. Each of them throws when Redis is away. */
export interface Claims {
  /** Claims in one step what nobody has claimed or done; a claim ends by itself if its holder dies. */
  claim(key: string): Promise<'claimed' | 'in work' | 'done'>;
  isDone(key: string): Promise<boolean>;
  /** Remembered for a day: longer than any redelivery. */
  markDone(key: string): Promise<void>;
  /** Lets others try at once. */
  release(key: string): Promise<void>;
}
