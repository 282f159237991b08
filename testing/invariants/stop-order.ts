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
  /** By supervisor, the last ones. */
  readonly #groups = new Map<number, Group[]>();

  constructor(broken: Broken, children: Children, step: () => number, rulesOf: (host: number, child: Child) => StopRules | undefined) {
    this.#broken = broken;
    this.#children = children;
    this.#step = step;
    this.#rulesOf = rulesOf;
  }

  requested(host: number, request: Request): void {
    if (request.type === 'decided' && request.decision.kind === 'restart') this.#noteGroup(host, request.slot);
    if (request.type !== 'shutdown' || request.comesBack === false) return;
    const child = this.#children.of(request.slot);
    if (child === undefined || this.#rulesOf(host, child)?.isDynamic !== false) return;
    const later = request.comesBack === true ? this.#laterInGroup(child) : this.#laterOf(child);
    if (later === undefined) return;
    this.#broken('stop order', child.path, `it is told to stop while "${later.path}", which was started after it, still lives`);
  }

  /** Its supervisor ends. One that has only just come up is taken back, whenever. */
  #laterOf(child: Child): Child | undefined {
    const now = this.#step();
    return this.#children.beside(child).find((each) => each.place > child.place && each.knownAt !== now && this.#children.isUp(each));
  }

  /** A restart stops it. By hand, others may have been started since that was decided. */
  #laterInGroup(child: Child): Child | undefined {
    const groups = (this.#groups.get(child.parent) ?? []).filter((group) => group.get(child) === child.up);
    let later: Child | undefined;
    for (const group of groups) {
      later = [...group].find(([each, up]) => each.place > child.place && each.up === up && this.#children.isUp(each))?.[0];
      if (later === undefined) return undefined;
    }
    return later;
  }

  #noteGroup(host: number, slot: number): void {
    const child = this.#children.of(slot);
    if (child === undefined || this.#rulesOf(host, child)?.hasGroups !== true) return;
    const group = new Map<Child, number>();
    for (const each of this.#children.beside(child)) if (each.up !== undefined && this.#children.isUp(each)) group.set(each, each.up);
    const groups = this.#groups.get(child.parent) ?? [];
    this.#groups.set(child.parent, [...groups, group].slice(-MAX_GROUPS));
  }
}
