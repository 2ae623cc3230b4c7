import type { StatementPosting } from '../domain/payment-webhook.js';

/** Lets a write miss when the webhook has been posted: the part of the filter that makes it idempotent. */
export const notPosted = ({ webhookId, once }: StatementPosting) =>
  once ? { 'paymentStatement.webhookId': { $ne: webhookId } } : {};

/** The line as it is stored. */
export const statementLine = ({ webhookId, type, amount, at }: StatementPosting) => ({
  webhookId,
  type,
  amount,
  at: new Date(at),
});
