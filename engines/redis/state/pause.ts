type PauseMode = 'write' | 'all';

/** CLIENT PAUSE: commands, or only those that write, wait until a time. */
export class Pause {
  #mode: PauseMode | undefined;
  #until = 0;
  #timer: NodeJS.Timeout | undefined;
  readonly #waiting = new Set<() => void>();

  /** Which commands wait; undefined while none do. */
  get mode(): PauseMode | undefined {
    return this.#mode;
  }

  /** A second pause makes the first one longer or stricter, never shorter or milder. */
  start(mode: PauseMode, milliseconds: number): void {
    this.#mode = this.#mode === 'all' ? 'all' : mode;
    this.#until = Math.max(this.#until, performance.now() + milliseconds);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.end(), this.#until - performance.now());
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#mode = undefined;
    this.#until = 0;
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const goOn of waiting) goOn();
  }

  /** Calls back, once, when the pause is over. */
  whenOver(goOn: () => void): void {
    this.#waiting.add(goOn);
  }
}
