/** How many are looked through one by one. */
const FEW = 8;

/** A set that mostly holds one or two: as long as they are few, it has no table. */
export class Few<T> implements Iterable<T> {
  #items: T[] | Set<T> = [];

  /** One that isn't in it. */
  add(item: T): void {
    if (this.#items instanceof Set) this.#items.add(item);
    else if (this.#items.length < FEW) this.#items.push(item);
    else this.#items = new Set([...this.#items, item]);
  }

  delete(item: T): void {
    const items = this.#items;
    if (items instanceof Set) {
      items.delete(item);
      return;
    }
    const place = items.indexOf(item);
    if (place >= 0) items.splice(place, 1);
  }

  [Symbol.iterator](): Iterator<T> {
    return this.#items.values();
  }
}
