import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Probe } from './probe.js';
import { figureOf, measurementOf, repeat } from '../measurement/repetitions.js';
import { z } from 'zod';

const run = promisify(execFile);
const kept = z.record(z.string(), z.number());

export const memory: Probe = {
  id: 'memory',
  question:
    'What is kept after a garbage collection: of a list in a module, a local emitter with a listener, a closure beside ten megabytes?',
  engines: [],
  figures: {
    'list-in-a-module': 'bytes kept of each request by a list in a module that it is pushed to',
    'local-emitter': 'bytes kept of each call that adds a listener to an emitter of its own, and drops both',
    'emitter-that-lives': 'bytes kept of each call that adds a listener to an emitter of the module',
    'closure-unused': 'bytes kept of ten megabytes in the scope of a closure that does not use them',
    'closure-used': 'bytes kept of ten megabytes that the closure uses',
    'closure-beside': 'bytes kept of ten megabytes that another closure of the same scope uses',
  },
  measure: async () => {
    const script = fileURLToPath(new URL('./memory/keep.js', import.meta.url));
    // In a process of its own, whose garbage collection can be asked for.
    const runs = await repeat(3, async () => {
      const { stdout } = await run(process.execPath, ['--expose-gc', script]);
      return kept.parse(JSON.parse(stdout));
    });
    const figure = (name: string) =>
      [
        name,
        figureOf(
          'bytes',
          runs.map((one) => one[name] ?? NaN),
        ),
      ] as const;
    return measurementOf(Object.fromEntries(Object.keys(memory.figures).map(figure)));
  },
};
