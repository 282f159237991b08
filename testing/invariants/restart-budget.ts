import type { Broken } from './invariants.ts';
import type { Child, Children } from './children.ts';
import type { Intensity } from '../../core/restart-intensity.ts';
import type { Order, Request } from '../../runtime/control.ts';
import { StartFailedError } from '../../core/errors.ts';

/** What the restarts of one child are paid from. */
export interface Budgets {
  readonly shared: Intensity;
  readonly own: Intensity | undefined;
}

/** The restarts of one budget, the oldest first. */
interface Spent {
  readonly times: number[];
}

/** Within any `within`, one incarnation of a supervisor restarts at most `restarts` times, and a child with a budget of its own, too. */
export class RestartBudget {
  readonly #broken: Broken;
  readonly #children: Children;
  readonly #now: () => number;
  readonly #budgetsOf: (host: number, child: Child) => Budgets | undefined;
  readonly #shared = new Map<string, Spent>();
  readonly #own = new Map<Child, Spent>();
  /** The host that the last end of each child was the loss of. */
  readonly #lostWith = new Map<number, number | undefined>();
  /** Those losses that each supervisor has paid for: each is one event. */
  readonly #paid = new Set<string>();

  constructor(broken: Broken, children: Children, now: () => number, budgetsOf: (host: number, child: Child) => Budgets | undefined) {
    this.#broken = broken;
    this.#children = children;
    this.#now = now;
    this.#budgetsOf = budgetsOf;
  }

  ordered(host: number, order: Order): void {
    if (order.type === 'exit') {
      this.#lostWith.set(order.about.slot, order.lostHost);
    } else if (order.type === 'failed') {
      const slot = this.#children.restartedBy(host, order.request);
      if (slot !== undefined) this.#lostWith.set(slot, order.error instanceof StartFailedError ? order.error.lostHost : undefined);
    }
  }

  requested(host: number, request: Request): void {
    if (request.type !== 'decided' || request.decision.kind !== 'restart') return;
    const child = this.#children.of(request.slot);
    const budgets = child && this.#budgetsOf(host, child);
    if (child === undefined || budgets === undefined) return;
    const supervisor = `${child.parent} ${child.parentIncarnation}`;
    const lostHost = this.#lostWith.get(child.slot);
    if (lostHost === undefined || !this.#paid.has(`${supervisor} ${lostHost}`)) this.#spend(spentOf(this.#shared, supervisor), budgets.shared, child, 'its supervisor\'s budget');
    if (lostHost !== undefined) this.#paid.add(`${supervisor} ${lostHost}`);
    if (budgets.own !== undefined) this.#spend(spentOf(this.#own, child), budgets.own, child, 'its own budget');
  }

  #spend({ times }: Spent, { maxRestarts, withinMs }: Intensity, { path }: Child, whose: string): void {
    const now = this.#now();
    times.push(now);
    while ((times[0] ?? now) < now - withinMs) times.shift();
    if (times.length <= maxRestarts) return;
    this.#broken('restart budget', path, `${whose} allows ${maxRestarts} restarts within ${withinMs} ms, and this is number ${times.length}`);
  }
}

function spentOf<K>(all: Map<K, Spent>, key: K): Spent {
  const known = all.get(key);
  if (known !== undefined) return known;
  const spent = { times: [] };
  all.set(key, spent);
  return spent;
}
