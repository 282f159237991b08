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

  /** Before what is there; behind all others if nothing is. */
  insert(index: number, items: readonly unknown[]): void {
    if (items.length === 0) return;
    const behind = this.#items.splice(index);
    // Not as arguments: they may be more than a call takes.
    for (const item of items) this.#items.push(frozen(item));
    for (const item of behind) this.#items.push(item);
    this.#changed();
  }

  /** What was there; undefined if nothing was. */
  removeAt(index: number): unknown {
    if (!this.accepts(index)) return undefined;
    const [item] = this.#items.splice(index, 1);
    this.#changed();
    return item;
  }

  clear(): void {
    if (this.length === 0) return;
    this.#items = [];
    this.#changed();
  }

  #changed(): void {
    this.#snapshot = undefined;
    this.advance();
    this.tell([]);
  }
}
