import { readFileSync } from 'node:fs';
import { arch, cpus, platform, release, totalmem } from 'node:os';
import path from 'node:path';
import type { StartedStack } from '@quickbite/runtime/stack';
import type { RunRecord } from './run-record.js';

/** What a result depends on besides the code: versions, machine, where the engines come from. */
export function describeEnvironment(root: string, stack: StartedStack): RunRecord['environment'] {
  return { ...describeMachine(root), launcher: stack.mode, engines: sourcesOf(stack) };
}

/** Versions and machine. */
export function describeMachine(root: string): Omit<RunRecord['environment'], 'launcher' | 'engines'> {
  const processors = cpus();
  return {
    quickbite: versionOf(root),
    node: process.version,
    platform: `${platform()} ${release()} ${arch()}`,
    cpu: processors[0]?.model.trim() ?? 'unknown',
    cores: processors.length,
    memoryBytes: totalmem(),
  };
}

/** Where each engine of a stack comes from. */
export const sourcesOf = (stack: StartedStack): RunRecord['environment']['engines'] =>
  Object.fromEntries(stack.processes.flatMap(({ name, source }) => (source ? [[name, source]] : [])));

function versionOf(root: string): string {
  const manifest: unknown = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'));
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : 'unknown';
}
