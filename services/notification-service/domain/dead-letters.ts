import { AppError } from '@quickbite/shared/errors';
import type { ParkedMessage } from '@quickbite/shared/events';
import type { Page } from '@quickbite/shared/http';

export const deadLetterStatuses = ['parked', 'replayed'] as const;
export type DeadLetterStatus = (typeof deadLetterStatuses)[number];

/** A message that was given up, kept until somebody decides. */
export interface DeadLetter extends ParkedMessage {
  readonly id: string;
  readonly status: DeadLetterStatus;
  readonly parkedAt: Date;
  readonly replayedAt?: Date;
}

/** Where parked messages are kept, so that looking at them does not disturb the queue. */
export interface DeadLetters {
  /** Keeps a message once, however often it is handed over. */
  keep(message: ParkedMessage): Promise<void>;
  /** Newest first. */
  list(
    filter: { readonly status?: DeadLetterStatus | undefined },
    page: { readonly page: number; readonly limit: number },
  ): Promise<Page<DeadLetter>>;
  find(id: string): Promise<DeadLetter | undefined>;
  markReplayed(id: string): Promise<DeadLetter | undefined>;
  /** @returns false when there was none */
  discard(id: string): Promise<boolean>;
  countParked(): Promise<number>;
}

/**
 * Puts a dead letter back into its queue with its attempts reset. It is published before it is marked: a crash in between
 * leaves it to be replayed again, and a second delivery does nothing.
 * @throws AppError `not-found`; `conflict` when it was replayed before; `upstream-unavailable` when the broker is away
 */
export async function replayDeadLetter(
  options: { readonly letters: DeadLetters; readonly replay: (message: ParkedMessage) => Promise<void> },
  id: string,
): Promise<DeadLetter> {
  const { letters, replay } = options;
  const letter = await findDeadLetter(letters, id);
  if (letter.status === 'replayed')
    throw new AppError(
      'conflict',
      `The dead letter ${id} was replayed before. If it failed again, there is a new one.`,
    );
  try {
    await replay(letter);
  } catch (cause) {
    throw new AppError('upstream-unavailable', 'RabbitMQ did not take the message. Try again later.', { cause });
  }
  return (await letters.markReplayed(id)) ?? letter;
}

/** @throws AppError `not-found` */
export async function findDeadLetter(letters: DeadLetters, id: string): Promise<DeadLetter> {
  const letter = await letters.find(id);
  if (!letter) throw missing(id);
  return letter;
}

/** @throws AppError `not-found` */
export async function discardDeadLetter(letters: DeadLetters, id: string): Promise<void> {
  if (!(await letters.discard(id))) throw missing(id);
}

const missing = (id: string): AppError =>
  new AppError(
    'not-found',
    `There is no dead letter ${id}. GET /api/notifications/dead-letters lists those that there are.`,
  );
