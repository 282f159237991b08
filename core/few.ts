/** A set of objects that mostly holds one or two: as long as it does, it has no table. */
export class Few<T extends object> {
  #one: T | undefined;
  #other: T | undefined;
  #more: Set<T> | undefined;

  /** One that isn't in it. */
  add(item: T): void {
    if (this.#one === undefined) this.#one = item;
    else if (this.#other === undefined) this.#other = item;
    else (this.#more ??= new Set()).add(item);
  }

  delete(item: T): void {
    if (this.#one === item) this.#one = undefined;
    else if (this.#other === item) this.#other = undefined;
    else this.#more?.delete(item);
  }

  forEach(run: (item: T) => void): void {
    if (this.#one !== undefined) run(this.#one);
    if (this.#other !== undefined) run(this.#other);
    this.#more?.forEach((item) => run(item));
  }
}
