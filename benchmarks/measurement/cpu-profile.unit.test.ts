import { expect, test } from 'vitest';
import { summarizeProfile } from './cpu-profile.js';

const frame = (functionName: string, url: string) => ({
  functionName,
  url,
  scriptId: '1',
  lineNumber: 0,
  columnNumber: 0,
});
const node = (id: number, functionName: string, url = '') => ({ id, callFrame: frame(functionName, url) });

test('time is added up by whose code ran, in percent of the time that was not idle', () => {
  const root = 'file:///home/somebody/quickbite';
  const nodes = [
    node(1, '(idle)'),
    node(2, 'serialize', `${root}/node_modules/bson/lib/bson.mjs`),
    node(3, 'run', `${root}/node_modules/@scope/tool/node_modules/inner/index.js`),
    node(4, 'placeOrder', `${root}/services/order-service/dist/domain/place-order.js`),
    node(5, 'publish', `${root}/shared/dist/events/broker.js`),
    node(6, 'writev'),
    node(7, 'emit', 'node:events'),
    node(8, '(garbage collector)'),
  ];
  const [samples, timeDeltas] = [
    [1, 2, 2, 3, 4, 5, 6, 7, 8],
    [20, 10, 10, 5, 5, 10, 20, 15, 5],
  ];
  const summary = summarizeProfile({ nodes, samples, timeDeltas, startTime: 0, endTime: 100 });
  expect(summary.busy).toBe(80);
  expect(Object.fromEntries(summary.places.map(({ place, share }) => [place, share]))).toEqual({
    bson: 25,
    'writing to sockets': 25,
    'Node.js': 18.75,
    'shared/events': 12.5,
    inner: 6.25,
    'order-service': 6.25,
    'garbage collection': 6.25,
  });
});

test('a process that only waited was not busy', () => {
  expect(
    summarizeProfile({ nodes: [node(1, '(idle)')], samples: [1], timeDeltas: [9], startTime: 0, endTime: 9 }),
  ).toEqual({
    busy: 0,
    places: [],
  });
});
