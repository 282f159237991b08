import { Content, type Part, type Version } from './content.ts';
import { frozen } from './frozen.ts';
import { isSame } from './equality.ts';

/** Values by their keys, which may be any texts. */
export type EntriesOf<T> = Readonly<Record<string, T>> | ReadonlyMap<string, T>;

/** Values by their keys, each with a version of its own, in the order in which the keys came. */
export class Entries extends Content {
  readonly #entries = new Map<string, Version>();
  #snapshot: Readonly<Record<string, unknown>> | undefined;

  constructor(initial: EntriesOf<unknown>, incarnation: number) {
    super(incarnation);
    this.patch(initial);
  }

  get size(): number { return this.#entries.size; }

  get keys(): string[] { return [...this.#entries.keys()]; }

  get entries(): [string, unknown][] { return [...this.#entries].map(([key, { value }]) => [key, value]); }

  has(key: string): boolean { return this.#entries.has(key); }

  override get(part: Part): unknown {
    return part === undefined ? this.#snapshot ??= Object.freeze(Object.fromEntries(this.entries)) : this.#entries.get(String(part))?.value;
  }

  override set(part: Part, value: unknown): void {
    if (part === undefined) this.#replace(value as EntriesOf<unknown>);
    else this.#change([[String(part), value]], []);
  }

  /** What isn't there has always the same version, so that nothing is kept of what was there once. */
  override versionOf(part: Part): number {
    return part === undefined ? super.versionOf(part) : this.#entries.get(String(part))?.version ?? 0;
  }

  /** Sets all of them at once. */
  patch(entries: EntriesOf<unknown>): void {
    this.#change([...entriesOf(entries)], []);
  }

  delete(key: string): boolean {
    const isThere = this.#entries.has(key);
    this.#change([], isThere ? [key] : []);
    return isThere;
  }

  clear(): void {
    this.#change([], this.keys);
  }

  /** What is the same before and after hasn't changed. */
  #replace(entries: EntriesOf<unknown>): void {
    const next = new Map(entriesOf(entries));
    const changed = [...next].filter(([key, value]) => !this.has(key) || !isSame(this.get(key), value));
    this.#change(changed, this.keys.filter((key) => !next.has(key)));
  }

  #change(set: readonly (readonly [string, unknown])[], deleted: readonly string[]): void {
    if (set.length === 0 && deleted.length === 0) return;
    const version = this.advance();
    for (const [key, value] of set) this.#entries.set(key, { version, value: frozen(value) });
    for (const key of deleted) this.#entries.delete(key);
    this.#snapshot = undefined;
    this.tell([...set.map(([key]) => key), ...deleted]);
  }
}

function entriesOf(entries: EntriesOf<unknown>): Iterable<readonly [string, unknown]> {
  return entries instanceof Map ? entries : Object.entries(entries);
}
