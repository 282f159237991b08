import type { DynamicPlan } from './plan.ts';
import type { Life, Outcome, World } from './model-world.ts';
import { WorkerLife } from './model-worker.ts';
import { backoffMs, isAbnormal, isRestarted, limitOf, within } from './rules.ts';
import { keyOfOne } from './plan.ts';

/** A child, from its start on until it is forgotten. */
interface One {
  readonly key: string;
  readonly path: string;
  life: Life | undefined;
  /** `exited`: its end is not decided about yet. */
  status: 'starting' | 'running' | 'exited' | 'restarting' | 'stopping';
  /** Restarts in a row. */
  streak: number;
  upSince: number;
  /** The times of the restarts that its own budget counts, newest first. */
  restarts: readonly number[];
}

/** One incarnation of a dynamic supervisor by the book: children of one kind, each on its own, that stop together. */
export class DynamicLife implements Life {
  readonly #world: World;
  readonly #path: string;
  readonly #plan: DynamicPlan;
  readonly #chance: number;
  readonly #exited: (life: Life, reason: string) => void;
  readonly #whenOver: (() => void)[] = [];
  #status: 'up' | 'ending' | 'over' = 'up';
  #isLost = false;
  /** Lost, and then killed. */
  #isHurried = false;
  /** In the order in which they came up. */
  #ones: One[] = [];
  /** Those that have never been up. */
  #starting: One[] = [];
  #restarts: readonly number[] = [];
  #lastNumber = 0;

  constructor(world: World, path: string, plan: DynamicPlan, chance: number, exited: (life: Life, reason: string) => void) {
    this.#world = world;
    this.#path = path;
    this.#plan = plan;
    this.#chance = chance;
    this.#exited = exited;
  }

  get isUp(): boolean { return this.#status === 'up'; }

  get isAlive(): boolean { return this.#status !== 'over' && !this.#isLost; }
  get isThere(): boolean { return this.isAlive; }

  get snapshot(): unknown {
    return [this.#status, this.#isLost, this.#lastNumber, this.#restarts,
      this.#all.map(({ path, status, streak, upSince, restarts, life }) => [path, status, streak, upSince, restarts, life?.snapshot])];
  }

  get #all(): readonly One[] { return [...this.#ones, ...this.#starting]; }

  // As a child

  start(settled: (outcome: Outcome) => void): void {
    const incarnation = this.#world.begin(this.#path, this);
    this.#world.tell(this.#path, { what: 'started', incarnation });
    this.#world.removeUnused(this.#path, []);
    settled('up');
  }

  shutdown(limitMs: number, over: () => void): void {
    if (this.#status === 'over') {
      over();
      return;
    }
    this.#whenOver.push(over);
    if (limitMs === 0) this.die('killed');
    else if (this.#status === 'up') this.#wind('shutdown');
    if (limitMs > 0) this.#killAfter(limitMs);
  }

  leave(limitMs: number): void {
    this.#wind('normal');
    this.#killAfter(limitMs);
  }

  die(reason: string): void {
    if (this.#status === 'over') return;
    if (this.#isLost) {
      this.#hurry();
      return;
    }
    this.#status = 'over';
    this.#world.tell(this.#path, { what: 'ended', reason });
    this.#dieBelow();
    this.#over(reason);
  }

  #hurry(): void {
    this.#isHurried = true;
    this.#dieBelow();
  }

  #dieBelow(): void {
    for (const { life } of this.#all.toReversed()) life?.die('killed');
  }

  lose(): void {
    if (!this.#becomesLost()) return;
    for (const { life } of this.#all.toReversed()) if (this.#plan.child.host === 'local') life?.loseWithAbove();
    // Nobody is there who would stop them together.
    const elsewhere = this.#all.toReversed();
    const next = (i: number): void => {
      const one = elsewhere[i];
      if (one === undefined) this.#over('host_down');
      else this.#stop(one, () => next(i + 1));
    };
    next(0);
  }

  loseWithAbove(): void {
    if (this.#isLost) this.#hurry();
    if (!this.#becomesLost()) return;
    for (const { life } of this.#all.toReversed()) {
      if (this.#plan.child.host === 'local') life?.loseWithAbove();
      else life?.die('killed');
    }
    this.#over('host_down');
  }

  #becomesLost(): boolean {
    if (!this.isAlive) return false;
    this.#isLost = true;
    this.#status = 'ending';
    this.#world.tell(this.#path, { what: 'ended', reason: 'host_down' });
    return true;
  }

  #killAfter(limitMs: number): void {
    this.#world.time.after(limitMs, this.#path, () => this.die('killed'));
  }

  // On request

  startChild(answer: (result: unknown) => void): void {
    if (this.#all.length >= this.#plan.maxChildren) {
      answer('max_children');
      return;
    }
    const key = keyOfOne(++this.#lastNumber);
    const one: One = { key, path: `${this.#path}/${key}`, life: undefined, status: 'starting', streak: 0, upSince: 0, restarts: [] };
    this.#starting.push(one);
    this.#begin(one, (outcome) => {
      this.#starting = this.#starting.filter((each) => each !== one);
      if (outcome === 'up') {
        this.#ones.push(one);
        this.#world.known.add(one.path);
      } else {
        this.#forget(one);
      }
      answer(outcome);
    });
  }

  terminateChild(key: string, answer: (result: unknown) => void): void {
    const one = this.#ones.find((each) => each.key === key);
    if (one === undefined) {
      answer('not_found');
      return;
    }
    one.status = 'stopping';
    this.#stop(one, () => {
      this.#forget(one);
      answer('ok');
    });
  }

  whichChildren(): unknown {
    return this.#ones.map((one) => `${one.key} worker ${isShownRunning(one) ? 'running' : 'restarting'}`);
  }

  countChildren(): unknown {
    const { length } = this.#ones;
    return { specs: length, active: this.#ones.filter(isShownRunning).length, supervisors: 0, workers: length };
  }

  // Exits and restarts

  #childExited(one: One, life: Life, reason: string): void {
    if (one.life !== life) return;
    one.life = undefined;
    if (one.status !== 'running') return;
    if (this.#world.time.now - one.upSince >= this.#plan.intensity.withinMs) one.streak = 0;
    one.status = 'exited';
    this.#world.time.soon(one.path, () => {
      if (one.status === 'exited' && this.#status === 'up') this.#decide(one, reason);
    });
  }

  #decide(one: One, reason: string): void {
    const { child, autoShutdown } = this.#plan;
    if (isRestarted(child.restart, reason)) {
      this.#restart(one, reason);
      return;
    }
    this.#forget(one);
    const isLast = autoShutdown === 'any_significant' || (autoShutdown === 'all_significant' && this.#ones.length === 0);
    if (child.isSignificant && isLast) this.#wind('shutdown');
  }

  #restart(one: One, reason: string): void {
    const { now } = this.#world.time;
    const { intensity, child: { budget }, hasBackoff } = this.#plan;
    this.#restarts = [now, ...within(this.#restarts, now, intensity)];
    if (budget !== undefined) one.restarts = [now, ...within(one.restarts, now, budget)];
    if (this.#restarts.length > intensity.restarts || (budget !== undefined && one.restarts.length > budget.restarts)) {
      this.#wind('intensity', one.key);
      return;
    }
    const delayMs = hasBackoff ? backoffMs(one.streak++, this.#chance) : 0;
    const restarts = this.#restarts.length;
    this.#world.tell(one.path, { what: 'restarting', reason, restarts, budgetLeft: intensity.restarts - restarts, delayMs });
    one.status = 'restarting';
    const begin = (): void => {
      if (!this.#isRestarting(one)) return;
      this.#begin(one, (outcome) => {
        if (one.status !== 'restarting' || outcome === 'up') return;
        if (outcome === 'ignored') this.#forget(one);
        else this.#world.time.soon(one.path, () => { if (this.#isRestarting(one)) this.#restart(one, 'error'); });
      });
    };
    if (delayMs === 0) begin();
    else this.#world.time.after(delayMs, one.path, begin);
  }

  #isRestarting({ status }: One): boolean {
    return status === 'restarting' && this.#status === 'up';
  }

  #begin(one: One, settled: (outcome: Outcome) => void): void {
    const { path } = one;
    const { child } = this.#plan;
    const life = one.life = new WorkerLife(this.#world, path, child, (ended, reason) => this.#childExited(one, ended, reason));
    this.#world.place(path, child.host);
    life.start((outcome) => {
      if (outcome === 'up') {
        one.status = 'running';
        one.upSince = this.#world.time.now;
      } else {
        one.life = undefined;
      }
      settled(outcome);
    });
  }

  // Ends

  /** All stop at the same time. */
  #wind(reason: string, child?: string): void {
    this.#status = 'ending';
    const all = this.#all.toReversed();
    let left = all.length;
    const end = (): void => {
      if (left > 0 || this.#status === 'over' || this.#isLost) return;
      if (isAbnormal(reason)) this.#world.tell(this.#path, { what: 'ended', reason, ...child === undefined ? {} : { child } });
      this.#over(reason);
    };
    for (const one of all) {
      this.#stop(one, () => {
        left--;
        end();
      });
    }
    if (all.length === 0) end();
  }

  #stop(one: One, done: () => void): void {
    if (one.life === undefined) done();
    else one.life.shutdown(this.#isHurried ? 0 : limitOf(this.#plan.child), done);
  }

  #over(reason: string): void {
    this.#status = 'over';
    for (const over of this.#whenOver.splice(0)) over();
    this.#exited(this, reason);
  }

  #forget(one: One): void {
    this.#ones = this.#ones.filter((each) => each !== one);
    this.#world.remove(one.path);
  }
}

function isShownRunning({ status }: One): boolean {
  return status === 'running' || status === 'stopping';
}
