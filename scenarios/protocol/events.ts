import type { BootEvent } from '@quickbite/runtime/stack';
import type { FaultPlan } from '../faults/index.js';
import type { Observation } from '../probes/index.js';
import type { ArmKnobs, ArmName } from './arm.js';

/** How the load fares, over the last second. */
export interface Tick {
  readonly arm: ArmName;
  readonly phase: string;
  /** Since the phase began, and how long it lasts. */
  readonly elapsedMs: number;
  /** Undefined for a phase that lasts as long as its body. */
  readonly lastsMs: number | undefined;
  readonly done: number;
  readonly failed: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly waiting: number;
  /** What the observers show, e.g. `breaker OPEN`. */
  readonly observed: readonly { readonly label: string; readonly value: string }[];
}

/** A finished phase in numbers. */
export interface PhaseSummary {
  readonly arm: ArmName;
  readonly phase: string;
  readonly ms: number;
  readonly offered: number;
  readonly answered: number;
  readonly failed: number;
  readonly fallbacks: number;
  readonly p50: number | undefined;
  readonly p99: number | undefined;
  readonly peakWaiting: number;
}

/** What happens during a run, in order, for a progress display. */
export type ProgressEvent =
  | { readonly type: 'booting'; readonly services: readonly string[] }
  | { readonly type: 'boot'; readonly event: BootEvent }
  | { readonly type: 'stack'; readonly id: string; readonly ours: boolean; readonly ms: number }
  | { readonly type: 'preflight-started' }
  | { readonly type: 'preflight-step'; readonly what: string; readonly ms: number }
  | { readonly type: 'arm-started'; readonly arm: ArmName; readonly knobs: ArmKnobs }
  | {
      readonly type: 'phase-started';
      readonly arm: ArmName;
      readonly phase: string;
      readonly what: string;
      readonly lastsMs?: number;
    }
  | { readonly type: 'variant-started'; readonly arm: ArmName; readonly variant: string; readonly knobs: ArmKnobs }
  | {
      readonly type: 'fault-proved';
      readonly arm: ArmName;
      readonly plan: FaultPlan;
      readonly description: string;
      readonly proof: readonly Observation[];
    }
  | {
      readonly type: 'fault-healed';
      readonly arm: ArmName;
      readonly plan: FaultPlan;
      /** In words, e.g. `pause restaurant-service`. */
      readonly what: string;
      readonly ms: number;
    }
  | { readonly type: 'tick'; readonly tick: Tick }
  | { readonly type: 'phase-finished'; readonly summary: PhaseSummary }
  | { readonly type: 'undoing'; readonly what: readonly string[] }
  | { readonly type: 'not-undone'; readonly problems: readonly string[] }
  | { readonly type: 'restored'; readonly what: readonly string[]; readonly ms: number }
  | { readonly type: 'stack-down'; readonly ms: number };

export type OnProgress = (event: ProgressEvent) => void;
