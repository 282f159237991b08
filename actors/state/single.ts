import { Content, type Part } from './content.ts';
import { frozen } from './frozen.ts';

/** One value. */
export class Single extends Content {
  #value: unknown;

  constructor(initial: unknown, incarnation: number) {
    super(incarnation);
    this.#value = frozen(initial);
  }

  get(): unknown { return this.#value; }

  set(_whole: Part, value: unknown): void {
    this.#value = frozen(value);
    this.advance();
    this.tell([]);
  }
}
