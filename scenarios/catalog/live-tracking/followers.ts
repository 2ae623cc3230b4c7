import type { Person } from '../../load/index.js';
import { openMeter } from './meter.js';
import { createScreen, DELIVERED } from './screen.js';
import type { Screen } from './screen.js';
import type { Way } from './ways.js';

/** An app that shows where an order is. */
export interface Follower {
  readonly name: string;
  readonly screen: Screen;
  readonly requests: number;
  readonly bytes: number;
  /** True when it does nothing any more: it has seen the delivery, or has given up. */
  readonly isDone: boolean;
  close(): void;
}

/** Options of `startFollower`. */
export interface FollowerOptions {
  readonly way: Way;
  readonly orderId: string;
  readonly customer: Person;
  readonly numberOf: (longitude: number) => number | undefined;
  /** The gateways, the first one first. */
  readonly gateways: readonly string[];
  /** Whether it goes to the next gateway when its connection is lost. */
  readonly comesBack: boolean;
  /** When it has a network again after that. */
  readonly network: Promise<void>;
  readonly signal: AbortSignal;
}

/** Opens an app. It follows until it has seen the delivery, has given up, or is closed. */
export async function startFollower(name: string, options: FollowerOptions): Promise<Follower> {
  const { way, orderId, customer, numberOf, gateways, comesBack, network } = options;
  const meters = await Promise.all(gateways.map(openMeter));
  const closing = new AbortController();
  const signal = AbortSignal.any([options.signal, closing.signal]);
  const screen = createScreen(numberOf);
  const bookmark = {};
  let [requests, isDone] = [0, false];
  const asked = (): void => {
    requests += 1;
  };

  async function follow(): Promise<void> {
    for (const [n, { url }] of meters.entries()) {
      if (n > 0) await network;
      // However the connection ends, what counts is what the screen shows by then.
      await way({ url, orderId, customer, screen, bookmark, asked, signal }).catch(() => undefined);
      if (screen.status === DELIVERED || !comesBack) return;
    }
  }

  void follow().finally(() => {
    isDone = true;
  });
  return {
    name,
    screen,
    get requests() {
      return requests;
    },
    get bytes() {
      return meters.reduce((sum, meter) => sum + meter.bytes(), 0);
    },
    get isDone() {
      return isDone;
    },
    close() {
      closing.abort();
      for (const meter of meters) meter.close();
    },
  };
}
