import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { fuzz } from './fuzz.js';

/** Servers that echo, each with a flaw of its own that the harness must find. */
const FLAWS = {
  none: '',
  'ends on a malformed frame': 'if (data.includes(0xff)) process.exit(1);',
  'stops answering': 'if (data.includes(0xff)) for (;;);',
  'keeps what it was sent': 'kept.push(Buffer.alloc(40_000, 1));',
} as const;

const victims: ChildProcess[] = [];

async function startVictim(flaw: keyof typeof FLAWS): Promise<{ port: number; pid: number }> {
  const code = `const kept = []; const server = require('node:net').createServer((socket) => {
    socket.on('error', () => {}); socket.on('data', (data) => { ${FLAWS[flaw]} socket.write(data); });
  }).listen(0, '127.0.0.1', () => console.log(server.address().port));`;
  const child = spawn(process.execPath, ['-e', code], { stdio: ['ignore', 'pipe', 'inherit'] });
  victims.push(child);
  const [port] = (await once(child.stdout, 'data')) as [Buffer];
  return { port: Number(port.toString()), pid: child.pid ?? 0 };
}

async function echo(port: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  try {
    socket.write('ping');
    const [answer] = (await once(socket, 'data')) as [Buffer];
    expect(answer.toString()).toBe('ping');
  } finally {
    socket.destroy();
  }
}

const run = async (flaw: keyof typeof FLAWS, count = 3000) => {
  const victim = await startVictim(flaw);
  return fuzz({
    ...victim,
    count,
    frames: (random) => Buffer.from(`frame ${random.below(10)}`),
    healthy: () => echo(victim.port),
    healthyWithinMs: 2000,
    growthBytes: 32 * 1024 * 1024,
    settleWithinMs: 500,
  });
};

describe('fuzzing an engine', () => {
  afterEach(async () => {
    for (const victim of victims.splice(0)) {
      if (victim.exitCode !== null || victim.signalCode !== null) continue;
      victim.kill('SIGKILL');
      await once(victim, 'exit');
    }
  });

  it('reports how many frames a healthy engine took', async () => {
    const report = await run('none');
    expect(report.frames).toBe(3000);
    expect(report.healthChecks).toBeGreaterThan(1);
  });

  it('finds an engine that ends, and names the seed and the last frames', async () => {
    await expect(run('ends on a malformed frame')).rejects.toThrow(/its process ended \(seed 1, \d+ frames in/);
  });

  it('finds an engine that stops answering others', async () => {
    await expect(run('stops answering')).rejects.toThrow('within 2000 ms, none came');
  });

  it('finds an engine whose memory grows', async () => {
    await expect(run('keeps what it was sent', 4000)).rejects.toThrow('expected memory to grow by at most 32 MB');
  });
});
