import type { ArmRun } from '../../protocol/index.js';

/** Digits of an order's id that mails name it by. */
const SHORT_ID_DIGITS = 6;

/** What the last mail about an order that is ready says: that, or that it is in the kitchen; or no mail ever said that it is ready. */
export type LastWord = 'new' | 'old' | 'never told';

/** Reads what really arrived, for each order. */
export async function lastWords(run: ArmRun, orders: readonly { readonly id: string }[]): Promise<readonly LastWord[]> {
  const { items } = await run.inside.mailbox({ channel: 'email', limit: 1_000 });
  return orders.map(({ id }) => {
    const order = `Order #${id.slice(-SHORT_ID_DIGITS)}`;
    // Newest first.
    const steps = items.flatMap(({ subject }) =>
      subject === `${order} is ready`
        ? ['new' as const]
        : subject === `${order} is in the kitchen`
          ? ['old' as const]
          : [],
    );
    return steps.includes('new') ? (steps[0] ?? 'never told') : 'never told';
  });
}
