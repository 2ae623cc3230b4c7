import { errors } from '../resp/command-error.js';
import type { CommandError } from '../resp/command-error.js';

/** Reads the words after a command's fixed arguments, left to right; anything unexpected is a syntax error. */
export class OptionReader {
  readonly #args: readonly string[];
  #position: number;

  constructor(args: readonly string[], start: number) {
    this.#args = args;
    this.#position = start;
  }

  /** Whether every word was read. */
  atEnd(): boolean {
    return this.#position >= this.#args.length;
  }

  get remaining(): number {
    return this.#args.length - this.#position;
  }

  /** The next word, as it is. */
  word(failure: () => CommandError = errors.syntax): string {
    const word = this.#args[this.#position];
    if (word === undefined) throw failure();
    this.#position += 1;
    return word;
  }

  /** The next word as an option's name, in capitals. */
  option(): string {
    return this.word().toUpperCase();
  }

  /** Takes the next word if it is this option. */
  take(name: string): boolean {
    if (this.#args[this.#position]?.toUpperCase() !== name) return false;
    this.#position += 1;
    return true;
  }

  words(count: number): string[] {
    return Array.from({ length: count }, () => this.word());
  }

  rest(): string[] {
    const rest = this.#args.slice(this.#position);
    this.#position = this.#args.length;
    return rest;
  }
}
