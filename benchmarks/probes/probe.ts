import type { Measurement } from '../measurement/figure.js';

/** What a probe may ask for: servers of its own, empty, with nothing between them and it. */
export type EngineName = 'mongo' | 'redis' | 'rabbitmq';

/** An engine that is up. */
export interface ProbedEngine {
  readonly url: string;
  readonly port: number;
  /** Whether it is the real server or the embedded stand-in. */
  readonly source: 'native' | 'embedded';
  /** Kills it and starts it again with what it kept on disk. */
  restart(): Promise<void>;
}

/** What a probe measures with. */
export interface ProbeLab {
  engine(name: EngineName): ProbedEngine;
  readonly signal: AbortSignal;
}

/** A small direct experiment on an engine, its real client or Node. It takes seconds, and leaves nothing behind in the engines. */
export interface Probe {
  readonly id: string;
  /** What it asks, as a sentence. */
  readonly question: string;
  readonly engines: readonly EngineName[];
  /** What each figure is, by its name. */
  readonly figures: Readonly<Record<string, string>>;
  measure(lab: ProbeLab): Promise<Measurement>;
}
