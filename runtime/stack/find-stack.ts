import { ExpectedError } from '../errors/index.js';
import type { Stray } from '../launchers/index.js';
import { defaultContext, launcherOf } from './context.js';
import type { RuntimeContext } from './context.js';
import { describeHolder } from './lock-file.js';
import { observeStack, observeStacks } from './observe-stacks.js';
import type { ObservedStack } from './observe-stacks.js';
import { DEFAULT_STACK, parseStackId } from './stack-id.js';
import type { StartedStack } from './stack.js';
import { createStartedStack } from './started-stack.js';
import { inStateHome, stackFolder, stacksFolder } from './state-home.js';
import { findStrays, removeStrays, takeDown } from './take-down.js';

/**
 * A handle on a stack that another command booted. It is detached: disposing it leaves the stack up.
 * @throws ExpectedError when there is none of that name, it is being booted, or its state file is damaged
 */
export async function attachStack(
  id: string = DEFAULT_STACK,
  context: RuntimeContext = defaultContext(),
): Promise<StartedStack> {
  return inStateHome(context.home, async () => {
    const folder = stackFolder(context.home, parseStackId(id));
    const stack = await observeStack(folder, context);
    if (stack?.problem) throw stack.problem;
    if (!stack?.state) throw await noSuchStack(id, context);
    if (stack.state.phase === 'booting') throw stillBooting(stack);
    const launcher = launcherOf(stack.state.mode, context);
    return createStartedStack({ folder, launcher, context }, stack.state, { owned: false });
  });
}

/** Every stack in the state home beside what is true of its processes now. */
export async function listStacks(context: RuntimeContext = defaultContext()): Promise<ObservedStack[]> {
  return inStateHome(context.home, () => observeStacks(context));
}

/** What carries the mark of a stack in this state home, but no stack which is up knows of. */
export async function findOrphans(context: RuntimeContext = defaultContext()): Promise<Stray[]> {
  // Strays first: a process that is launched in between is missing here, not wrongly called an orphan.
  const strays = await findStrays(stacksFolder(context.home), context);
  const stacks = (await listStacks(context)).filter(({ condition }) => condition !== 'leftover');
  return strays.filter((stray) => !stacks.some(({ folder }) => folder === stray.folder));
}

/** Removes what `findOrphans` found. */
export const removeOrphans = (orphans: readonly Stray[], context: RuntimeContext = defaultContext()): Promise<void> =>
  removeStrays(orphans, context);

/**
 * Takes down a stack whatever state it is in, and removes its folder.
 * @param options.force also when its state file is damaged, it is being booted, or an experiment works on it
 * @throws ExpectedError when there is none of that name, or it may only be removed with force
 */
export async function removeStack(
  id: string,
  options: { readonly force: boolean },
  context: RuntimeContext = defaultContext(),
): Promise<void> {
  return inStateHome(context.home, async () => {
    const folder = stackFolder(context.home, parseStackId(id));
    const stack = await observeStack(folder, context);
    if (!stack) throw await noSuchStack(id, context);
    if (!options.force) refuseIfInUse(stack);
    await takeDown(folder, stack.state, context);
  });
}

function refuseIfInUse(stack: ObservedStack): void {
  if (stack.problem) throw stack.problem;
  if (stack.condition === 'booting') throw stillBooting(stack);
  if (stack.holder && stack.holder.pid !== process.pid) {
    throw new ExpectedError(`An experiment is running on the stack "${stack.id}".`, {
      details: [describeHolder(stack.holder)],
      next: 'Wait for it, end it with Ctrl-C, or add "--force".',
    });
  }
}

function stillBooting({ id, state }: ObservedStack): ExpectedError {
  return new ExpectedError(
    `The stack "${id}" is not up: its boot runs or was cut short (pid ${state?.owner.pid ?? 0}).`,
    {
      next: `Wait for it, or clean up with "quickbite down --stack ${id} --force".`,
    },
  );
}

async function noSuchStack(id: string, context: RuntimeContext): Promise<ExpectedError> {
  const ids = (await observeStacks(context)).map((stack) => stack.id);
  return new ExpectedError(`There is no stack "${id}".`, {
    details: ids.length > 0 ? [`there is: ${ids.join(', ')}`] : [],
    next: `Boot it with "quickbite up${id === DEFAULT_STACK ? '' : ` --stack ${id}`}".`,
  });
}
