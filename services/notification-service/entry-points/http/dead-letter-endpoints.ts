import type { ParkedMessage } from '@quickbite/shared/events';
import { endpoint, objectId, pageQuery } from '@quickbite/shared/http';
import type { Endpoint } from '@quickbite/shared/http';
import { z } from 'zod';
import { deadLetterStatuses, discardDeadLetter, findDeadLetter, replayDeadLetter } from '../../domain/dead-letters.js';
import type { DeadLetters } from '../../domain/dead-letters.js';
import { deadLetterAnswer, deadLetterPage, deadLetterWithBody, toDeadLetterAnswer } from './answers.js';

const BASE = '/api/notifications/dead-letters';
const access = ['admin'] as const;
const params = z.object({ id: objectId });

/** The parked messages: what an admin sees, puts back, or throws away. */
export function deadLetterEndpoints(options: {
  readonly letters: DeadLetters;
  readonly replay: (message: ParkedMessage) => Promise<void>;
}): readonly Endpoint[] {
  const { letters } = options;
  return [
    endpoint({
      method: 'get',
      path: BASE,
      summary: 'List the messages that were given up, newest first',
      access,
      query: pageQuery.extend({ status: z.enum(deadLetterStatuses).optional() }).strict(),
      answers: { 200: { description: 'A page of them, without their bodies', schema: deadLetterPage } },
      async handle({ query: { status, page, limit } }) {
        const found = await letters.list({ status }, { page, limit });
        return { status: 200, body: { ...found, items: found.items.map(toDeadLetterAnswer) } };
      },
    }),
    endpoint({
      method: 'get',
      path: `${BASE}/:id`,
      summary: 'Show a message that was given up',
      access,
      params,
      answers: { 200: { description: 'The message with its body', schema: deadLetterWithBody } },
      problems: ['not-found'],
      async handle({ params: { id } }) {
        const letter = await findDeadLetter(letters, id);
        return { status: 200, body: { ...toDeadLetterAnswer(letter), body: letter.body } };
      },
    }),
    endpoint({
      method: 'post',
      path: `${BASE}/:id/replay`,
      summary: 'Put a message back into its queue, as if it had never been tried',
      access,
      params,
      answers: { 200: { description: 'The message; if it fails again, there is a new one', schema: deadLetterAnswer } },
      problems: ['not-found', 'conflict', 'upstream-unavailable'],
      handle: async ({ params: { id } }) => ({
        status: 200,
        body: toDeadLetterAnswer(await replayDeadLetter(options, id)),
      }),
    }),
    endpoint({
      method: 'delete',
      path: `${BASE}/:id`,
      summary: 'Throw a message away',
      access,
      params,
      answers: { 204: { description: 'It is gone' } },
      problems: ['not-found'],
      async handle({ params: { id } }) {
        await discardDeadLetter(letters, id);
        return { status: 204 };
      },
    }),
  ];
}
