import type { Readiness } from '../definitions/index.js';
import { probeAmqp } from './amqp-probe.js';
import { probeHttp } from './http-probe.js';
import { probeMongo } from './mongo-probe.js';
import type { ProbeResult, ProbeTarget } from './probe.js';
import { probeRedis } from './redis-probe.js';

export type { ProbeResult, ProbeTarget } from './probe.js';

/** Looks once whether something serves. Never rejects: what went wrong is the reason. */
export function probe(readiness: Readiness, target: ProbeTarget): Promise<ProbeResult> {
  switch (readiness.type) {
    case 'http':
      return probeHttp(target, readiness.path);
    case 'mongo-hello':
      return probeMongo(target);
    case 'redis-ping':
      return probeRedis(target);
    case 'amqp-open':
      return probeAmqp(target);
  }
}

/** The probe in words, for messages. */
export function describeProbe(readiness: Readiness): string {
  switch (readiness.type) {
    case 'http':
      return `GET ${readiness.path}`;
    case 'mongo-hello':
      return 'the hello command';
    case 'redis-ping':
      return 'PING';
    case 'amqp-open':
      return 'opening an AMQP connection';
  }
}
