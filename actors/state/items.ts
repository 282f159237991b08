import { Content, type Part } from './content.ts';
import { frozen } from './frozen.ts';
import { isSame } from './equality.ts';

/** Values in a row. A place may be counted from the end: -1 is the last one. */
export class Items extends Content {
  #items: unknown[];
  #snapshot: readonly unknown[] | undefined;

  constructor(initial: readonly unknown[], incarnation: number) {
    super(incarnation);
    this.#items = initial.map(frozen);
  }

  get length(): number { return this.#items.length; }

  override accepts(part: Part): boolean {
    return part === undefined || (Number(part) >= -this.length && Number(part) < this.length);
  }

  override get(part: Part): unknown {
    return part === undefined ? this.#snapshot ??= Object.freeze([...this.#items]) : this.#items.at(Number(part));
  }

  override set(part: Part, value: unknown): void {
    if (part === undefined) this.#items = (value as readonly unknown[]).map(frozen);
    else this.#items.splice(Number(part), 1, frozen(value));
    this.#changed();
  }

  slice(start: number, end: number | undefined): readonly unknown[] {
    return this.#items.slice(start, end);
  }

  indexOf(value: unknown): number {
    return this.#items.findIndex((item) => isSame(item, value));
  }

  /** As an array's. */
  splice(start: number, deleteCount: number, ...items: readonly unknown[]): readonly unknown[] {
    const deleted = this.#items.splice(start, deleteCount, ...items.map(frozen));
    if (deleted.length > 0 || items.length > 0) this.#changed();
    return deleted;
  }

  #changed(): void {
    this.#snapshot = undefined;
    this.advance();
    this.tell([]);
  }
}
