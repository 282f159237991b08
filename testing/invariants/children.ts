import type { Lives } from './lives.ts';
import type { Order, Request } from '../../runtime/control.ts';

/** One child of one incarnation of a supervisor, as that one knows it. */
export interface Child {
  readonly slot: number;
  readonly path: string;
  readonly key: string;
  readonly parent: number;
  readonly parentIncarnation: number;
  /** Its place in the start order. */
  readonly place: number;
  /** The step at which its parent was told of it. */
  readonly knownAt: number;
  /** The last of its incarnations that its parent was told of as up. */
  up: number | undefined;
}

/** What was asked for, and isn't answered. */
type Asked =
  | { readonly type: 'spawn'; readonly place: number | undefined; readonly parent: number; readonly parentIncarnation: number; readonly key: string }
  | { readonly type: 'restart'; readonly slot: number };

/** Which children the supervisors have, in their start order: that of their specs, then that in which others came up. */
export class Children {
  readonly #lives: Lives;
  readonly #step: () => number;
  readonly #children = new Map<number, Child>();
  readonly #siblings = new Map<number, Set<Child>>();
  /** By host and number of the request. */
  readonly #asked = new Map<number, Map<number, Asked>>();
  #lastPlace = 0;

  constructor(lives: Lives, step: () => number) {
    this.#lives = lives;
    this.#step = step;
  }

  of(slot: number): Child | undefined { return this.#children.get(slot); }

  /** The children of the same incarnation of its supervisor, itself among them. */
  beside({ parent, parentIncarnation }: Child): readonly Child[] {
    return [...this.#siblings.get(parent) ?? []].filter((each) => each.parentIncarnation === parentIncarnation);
  }

  /** Whether its supervisor believes it up, and it is. */
  isUp({ slot, up }: Child): boolean {
    return up !== undefined && this.#lives.of(slot)?.incarnation === up;
  }

  requested(host: number, request: Request): void {
    if (request.type === 'remove') {
      this.#forget(request.slot);
    } else if (request.type === 'restart') {
      this.#ask(host, request.request, { type: 'restart', slot: request.slot });
    } else if (request.type === 'spawn' && request.supervision !== undefined) {
      const { parent, parentIncarnation, key = '' } = request;
      // Those of its spec have their places from the beginning, in whatever order they come up.
      const place = this.#lives.of(parent)?.isUp === true ? undefined : ++this.#lastPlace;
      this.#ask(host, request.request, { type: 'spawn', place, parent, parentIncarnation, key });
    }
  }

  ordered(host: number, order: Order): void {
    if (order.type !== 'spawned' && order.type !== 'done' && order.type !== 'failed') return;
    const asked = this.#asked.get(host)?.get(order.request);
    if (asked === undefined) return;
    this.#asked.get(host)?.delete(order.request);
    if (order.type === 'spawned' && asked.type === 'spawn') {
      const { slot, path } = order;
      this.#forget(slot);
      const { place = ++this.#lastPlace, parent, parentIncarnation, key } = asked;
      const child = { slot, path, key, parent, parentIncarnation, place, knownAt: this.#step(), up: this.#lives.of(slot)?.incarnation };
      this.#children.set(slot, child);
      const siblings = this.#siblings.get(parent);
      if (siblings === undefined) this.#siblings.set(parent, new Set([child]));
      else siblings.add(child);
    } else if (order.type === 'done' && asked.type === 'restart') {
      const child = this.#children.get(asked.slot);
      if (child !== undefined) child.up = order.reason === undefined ? this.#lives.of(asked.slot)?.incarnation : undefined;
    }
  }

  /** The slots of this request: `undefined` when it isn't one of these. */
  restartedBy(host: number, request: number): number | undefined {
    const asked = this.#asked.get(host)?.get(request);
    return asked?.type === 'restart' ? asked.slot : undefined;
  }

  hostEnded(host: number): void {
    this.#asked.delete(host);
  }

  #ask(host: number, request: number, asked: Asked): void {
    const ofHost = this.#asked.get(host);
    if (ofHost === undefined) this.#asked.set(host, new Map([[request, asked]]));
    else ofHost.set(request, asked);
  }

  #forget(slot: number): void {
    const child = this.#children.get(slot);
    this.#children.delete(slot);
    if (child !== undefined) this.#siblings.get(child.parent)?.delete(child);
  }
}
