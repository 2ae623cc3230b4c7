import { describe, expect, it } from 'vitest';
import { AppError, toProblem } from './index.js';

describe('problem details', () => {
  it('carry the stable type, the status, what to do, and the correlation id', () => {
    expect(toProblem(new AppError('conflict', 'Read it again.'), 'abcd1234')).toEqual({
      type: 'https://quickbite.dev/problems/conflict',
      title: 'The request conflicts with the present state',
      status: 409,
      detail: 'Read it again.',
      correlationId: 'abcd1234',
    });
  });

  it('list the fields that are wrong, and no empty list', () => {
    const fields = [{ path: 'items.0.quantity', message: 'expected at least 1' }];
    expect(toProblem(new AppError('invalid-request', 'No.', { fields }), undefined)).toHaveProperty('errors', fields);
    expect(toProblem(new AppError('invalid-request', 'No.'), undefined)).not.toHaveProperty('errors');
  });

  it('keep the cause to themselves', () => {
    const error = new AppError('upstream-timeout', 'Later.', { cause: new Error('connect 10.0.0.7:5432') });
    expect(JSON.stringify(toProblem(error, undefined))).not.toContain('10.0.0.7');
    expect(error.cause).toBeInstanceOf(Error);
  });

  it.each([
    ['invalid-request', 400],
    ['not-authenticated', 401],
    ['payment-declined', 402],
    ['not-allowed', 403],
    ['not-found', 404],
    ['conflict', 409],
    ['body-too-large', 413],
    ['too-many-requests', 429],
    ['internal-error', 500],
    ['upstream-unreachable', 502],
    ['upstream-unavailable', 503],
    ['not-ready', 503],
    ['upstream-timeout', 504],
  ] as const)('answer %s with %i, as the contract says', (slug, status) => {
    expect(new AppError(slug, '').status).toBe(status);
  });
});
