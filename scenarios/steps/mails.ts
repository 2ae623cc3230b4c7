import type { ArmRun } from '../protocol/index.js';
import type { PlacedOrder } from './place-order.js';

/** Digits of an order's id that mails name it by. */
const SHORT_ID_DIGITS = 6;

/** How many mails told each customer that the order is placed, in the order of `orders`: what really arrived. */
export function mailsAbout(run: ArmRun, orders: readonly PlacedOrder[]): Promise<readonly number[]> {
  return Promise.all(
    orders.map(async ({ id, customerId }) => {
      const { items } = await run.inside.mailbox({ channel: 'email', userId: customerId });
      const subject = `Order #${id.slice(-SHORT_ID_DIGITS)} is placed`;
      return items.filter((mail) => mail.subject === subject).length;
    }),
  );
}
