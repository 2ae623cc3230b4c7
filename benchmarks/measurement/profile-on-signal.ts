/**
 * Loaded into a process that is to be profiled, before its own code: SIGUSR2 begins a CPU profile, and `$QUICKBITE_PROFILES/<pid>.begun`
 * says so; the next one ends it and writes it to `<pid>.cpuprofile` there, which appears when it is whole. Two signals that are sent
 * before the first has come are one: whoever sends the second waits for the answer to the first.
 */
import { rename, writeFile } from 'node:fs/promises';
import { Session } from 'node:inspector/promises';
import path from 'node:path';
import { isMainThread } from 'node:worker_threads';

/** One sample in so many microseconds: V8's own default, 1 ms, costs a busy process a tenth of its time. */
const SAMPLE_EVERY_US = 5000;

const folder = process.env['QUICKBITE_PROFILES'];
if (isMainThread && folder !== undefined) {
  const session = new Session();
  let profiling = false;
  process.on('SIGUSR2', () => {
    const step = profiling ? end(session, folder) : begin(session, folder);
    profiling = !profiling;
    step.catch((error: unknown) => process.stderr.write(`no CPU profile: ${String(error)}\n`));
  });
}

async function begin(session: Session, into: string): Promise<void> {
  session.connect();
  await session.post('Profiler.enable');
  await session.post('Profiler.setSamplingInterval', { interval: SAMPLE_EVERY_US });
  await session.post('Profiler.start');
  await writeFile(path.join(into, `${process.pid}.begun`), '');
}

async function end(session: Session, into: string): Promise<void> {
  const { profile } = await session.post('Profiler.stop');
  session.disconnect();
  const file = path.join(into, `${process.pid}.cpuprofile`);
  await writeFile(`${file}.new`, JSON.stringify(profile));
  await rename(`${file}.new`, file);
}
