/** Measures how long somebody has been at it, without their pauses. */
export interface Clock {
  /** ms so far, without pauses. */
  elapsed(): number;
  readonly paused: boolean;
  pause(): void;
  resume(): void;
}

/** Starts a clock. @param now ms, e.g. `performance.now` */
export function startClock(now: () => number): Clock {
  let before = 0;
  let since: number | undefined = now();
  return {
    elapsed: () => before + (since === undefined ? 0 : now() - since),
    get paused() {
      return since === undefined;
    },
    pause() {
      if (since !== undefined) before += now() - since;
      since = undefined;
    },
    resume() {
      since ??= now();
    },
  };
}
