import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';

/** Labels on every container, network, volume and image of ours: whatever happens to the state file, they find it. */
export const LABELS = {
  /** The state home of the stack. */
  home: 'dev.quickbite.home',
  stack: 'dev.quickbite.stack',
  process: 'dev.quickbite.process',
  /** On images, by their Dockerfile, whoever builds them: the workspace that is in it. */
  image: 'dev.quickbite.image',
} as const;

/** What the things of one stack are called. */
export interface StackNames {
  /** Its network, and how the name of everything else begins. */
  readonly network: string;
  readonly labels: Readonly<Record<string, string>>;
  /** The container of a process; the volume with its data too. */
  of(process: string): string;
}

/**
 * `quickbite-<stack>-<process>`. Names are unique in an engine, names of stacks only in a state home: one that is not the
 * usual one shows in the name.
 * @param folder the stack's folder
 */
export function namesOf(folder: string): StackNames {
  const id = basename(folder);
  const home = dirname(dirname(folder));
  const network = home === join(homedir(), '.quickbite') ? `quickbite-${id}` : `quickbite-${digest(home)}-${id}`;
  return {
    network,
    labels: { [LABELS.home]: home, [LABELS.stack]: id },
    of: (process) => `${network}-${process}`,
  };
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex').slice(0, 6);
