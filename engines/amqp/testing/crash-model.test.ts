/** What a queue may hold after a crash: what is on its way in or out may be there, what has arrived must be. */
type Holding = 'arriving' | 'arrived' | 'leaving';

/** What acknowledged writes say about the durable queues of a broker. Messages are known by their ids. */
export class CrashModel {
  readonly #queues = new Map<string, Map<string, Holding>>();
  /** Messages of which at least one of these queues has to hold a copy: a dead letter on its way. */
  readonly #somewhere = new Map<string, readonly string[]>();
  readonly #gone = new Set<string>();

  constructor(queues: readonly string[]) {
    for (const queue of queues) this.#queues.set(queue, new Map());
  }

  /** A message was sent to a queue: it may arrive. */
  sent(id: string, queue: string): void {
    this.#of(queue).set(id, 'arriving');
  }

  /** The broker confirmed it. A message that somebody has taken meanwhile stays on its way out. */
  confirmed(id: string, queue: string): void {
    if (this.#of(queue).get(id) === 'arriving') this.#of(queue).set(id, 'arrived');
  }

  /** An acknowledgement was sent, or a refusal that moves the message to another queue. */
  leaving(id: string, from: string, to?: string): void {
    this.#of(from).set(id, 'leaving');
    this.#somewhere.delete(id);
    if (to === undefined) return;
    this.#of(to).set(id, 'arriving');
    this.#somewhere.set(id, [from, to]);
  }

  /** The acknowledgement or refusal is on disk. */
  left(id: string, from: string, to?: string): void {
    this.#of(from).delete(id);
    this.#somewhere.delete(id);
    this.#gone.add(`${from} ${id}`);
    if (to !== undefined) this.confirmed(id, to);
  }

  /** Says what is wrong with what the broker holds, and takes it for the truth from now on. */
  check(queue: string, held: readonly string[]): string[] {
    const expected = this.#of(queue);
    const found = new Set(held);
    const wrong = [...expected]
      .filter(([id, holding]) => holding === 'arrived' && !found.has(id))
      .map(([id]) => `${queue} lost ${id}`);
    if (found.size < held.length) wrong.push(`${queue} holds messages twice`);
    for (const id of found) {
      if (this.#gone.has(`${queue} ${id}`)) wrong.push(`${queue} brought back ${id}, which had left it for good`);
      else if (!expected.has(id)) wrong.push(`${queue} holds ${id}, which was never to survive there`);
    }
    this.#queues.set(queue, new Map([...found].map((id) => [id, 'arrived'])));
    return wrong;
  }

  /** To be asked after every queue was checked: dead letters that are in neither of their queues. */
  lostOnTheWay(): string[] {
    const lost = [...this.#somewhere]
      .filter(([id, queues]) => !queues.some((queue) => this.#of(queue).has(id)))
      .map(([id, queues]) => `${id} is in none of ${queues.join(', ')}`);
    this.#somewhere.clear();
    return lost;
  }

  #of(queue: string): Map<string, Holding> {
    const known = this.#queues.get(queue);
    if (!known) throw new Error(`expected one of the queues ${[...this.#queues.keys()].join(', ')}, got ${queue}`);
    return known;
  }
}
