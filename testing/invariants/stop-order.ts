import type { Broken } from './invariants.ts';
import type { Child, Children } from './children.ts';
import type { Request } from '../../runtime/control.ts';

/** What the order of stops depends on. */
export interface StopRules {
  /** Its children are stopped all together. */
  readonly isDynamic: boolean;
  /** A restart takes others along. */
  readonly hasGroups: boolean;
}

/** Who was up when a supervisor decided on a restart. */
type Group = ReadonlyMap<Child, number>;

/** So many decisions of one supervisor may be under way. */
const MAX_GROUPS = 8;

/** A supervisor stops its children in reverse start order, each when those started after it have ended; a dynamic one all at once. */
export class StopOrder {
  readonly #broken: Broken;
  readonly #children: Children;
  readonly #step: () => number;
  readonly #rulesOf: (host: number, child: Child) => StopRules | undefined;
  /** By incarnation of a supervisor, the last ones. */
  readonly #groups = new Map<string, Group[]>();
  /** The incarnations that are stopped by hand: a restart leaves those to whoever has asked for that. */
  readonly #byHand = new WeakMap<Child, number | undefined>();

  constructor(broken: Broken, children: Children, step: () => number, rulesOf: (host: number, child: Child) => StopRules | undefined) {
    this.#broken = broken;
    this.#children = children;
    this.#step = step;
    this.#rulesOf = rulesOf;
  }

  requested(host: number, request: Request): void {
    if (request.type === 'decided' && request.decision.kind === 'restart') this.#noteGroup(host, request.slot);
    if (request.type !== 'shutdown') return;
    const child = this.#children.of(request.slot);
    if (child !== undefined && request.comesBack === false) this.#byHand.set(child, child.up);
    if (child === undefined || request.comesBack === false || this.#rulesOf(host, child)?.isDynamic !== false) return;
    const later = request.comesBack === true ? this.#laterInGroup(child) : this.#laterOf(child);
    if (later === undefined) return;
    this.#broken('stop order', child.path, `it is told to stop while "${later.path}", which was started after it, still lives`);
  }

  /** Its supervisor ends. One that has only just come up, or is stopped by hand, ends apart from the others. */
  #laterOf(child: Child): Child | undefined {
    const now = this.#step();
    return this.#children.beside(child).find((each) => (
      each.place > child.place && each.knownAt !== now && this.#children.isUp(each) && this.#byHand.get(each) !== each.up
    ));
  }

  /** A restart stops it. By hand, others may have been started since that was decided, or are being stopped. */
  #laterInGroup(child: Child): Child | undefined {
    const groups = this.#groups.get(lifeOf(child)) ?? [];
    // An earlier restart that is still under way may be what stops it: that one knew others.
    if (groups.some((group) => group.get(child) !== child.up)) return undefined;
    let later: Child | undefined;
    for (const group of groups) {
      const isLeft = (each: Child, up: number): boolean => each.up === up && this.#children.isUp(each) && this.#byHand.get(each) !== up;
      later = [...group].find(([each, up]) => each.place > child.place && isLeft(each, up))?.[0];
      if (later === undefined) return undefined;
    }
    return later;
  }

  #noteGroup(host: number, slot: number): void {
    const child = this.#children.of(slot);
    if (child === undefined || this.#rulesOf(host, child)?.hasGroups !== true) return;
    const group = new Map<Child, number>();
    // One that has only just come up is none of those that its supervisor takes along.
    const now = this.#step();
    for (const each of this.#children.beside(child)) {
      if (each.up !== undefined && each.knownAt !== now && this.#children.isUp(each)) group.set(each, each.up);
    }
    const groups = this.#groups.get(lifeOf(child)) ?? [];
    this.#groups.set(lifeOf(child), [...groups, group].slice(-MAX_GROUPS));
  }
}

function lifeOf({ parent, parentIncarnation }: Child): string {
  return `${parent} ${parentIncarnation}`;
}
