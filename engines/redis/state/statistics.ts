interface CommandStatistic {
  calls: number;
  microseconds: number;
  failed: number;
}

/** The counters behind INFO; CONFIG RESETSTAT sets them to zero. */
export class Statistics {
  connections = 0;
  commands = 0;
  inputBytes = 0;
  outputBytes = 0;
  hits = 0;
  misses = 0;
  expiredKeys = 0;
  evictedKeys = 0;
  errors = 0;
  operationsPerSecond = 0;
  readonly perCommand = new Map<string, CommandStatistic>();
  #sampledCommands = 0;

  recordCommand(name: string, milliseconds: number, failed: boolean): void {
    this.commands += 1;
    let statistic = this.perCommand.get(name);
    if (!statistic) this.perCommand.set(name, (statistic = { calls: 0, microseconds: 0, failed: 0 }));
    statistic.calls += 1;
    statistic.microseconds += milliseconds * 1000;
    if (failed) {
      statistic.failed += 1;
      this.errors += 1;
    }
  }

  /** Updates the momentary rate; called at a fixed interval. */
  sample(intervalMs: number): void {
    this.operationsPerSecond = Math.round(((this.commands - this.#sampledCommands) * 1000) / intervalMs);
    this.#sampledCommands = this.commands;
  }

  reset(): void {
    this.connections = this.commands = this.inputBytes = this.outputBytes = 0;
    this.hits = this.misses = this.expiredKeys = this.evictedKeys = this.errors = this.#sampledCommands = 0;
    this.perCommand.clear();
  }
}
