import type { ProcessDef } from '../definitions/index.js';
import { askVersion, engineAddress, mayHaveEngine } from '../docker/index.js';
import { ExpectedError } from '../errors/index.js';
import { createLauncher } from '../launchers/index.js';
import type { Finding } from './finding.js';

/** What Docker offers, and why not. That there is none is no fault: the lab runs as processes. */
export async function checkDocker(catalogue: readonly ProcessDef[], root: string): Promise<Finding[]> {
  const common = { category: 'docker', name: 'engine' } as const;
  if (!mayHaveEngine()) return [{ ...common, status: 'ok', message: 'there is none: stacks run as processes' }];
  try {
    const version = await askVersion();
    return [
      { ...common, status: 'ok', message: `Docker ${version} answers at ${engineAddress()}` },
      await checkImages(catalogue, root),
    ];
  } catch (error) {
    if (!(error instanceof ExpectedError)) throw error;
    return [{ ...common, status: 'warn', message: error.message, fix: error.next }];
  }
}

async function checkImages(catalogue: readonly ProcessDef[], root: string): Promise<Finding> {
  const common = { category: 'docker', name: 'images' } as const;
  const defs = catalogue.filter(({ onDemand }) => !onDemand);
  const lacking = await createLauncher('docker', { root }).lacks(
    defs.map((def) => ({ def, source: def.kind === 'engine' ? ('native' as const) : undefined })),
  );
  if (lacking.length === 0) return { ...common, status: 'ok', message: 'all there: "--launcher auto" uses them' };
  return {
    ...common,
    status: 'ok',
    message: `${lacking.length} are not there; "quickbite up --launcher docker" gets them: ${lacking.join(', ')}`,
  };
}
