import type { Command, Death, Fact, Plan, SupervisorPlan } from './plan.ts';
import { Cast, ROOT, keyOf, lastOf, parentOf, stopGraceMs } from './plan.ts';
import type { Life, Outcome } from './model-world.ts';
import { DynamicLife } from './dynamic-model.ts';
import { World } from './model-world.ts';
import { WorkerLife } from './model-worker.ts';
import { backoffMs, isAbnormal, isRestarted, limitOf, within } from './rules.ts';

// The supervisor by the book, in one thread, without promises: what the real one is compared with. It knows nothing of
// the real one but the words.

/** A child, whether it lives or not. */
interface Entry {
  readonly key: string;
  readonly path: string;
  readonly plan: Plan;
  life: Life | undefined;
  /** `exited`: its end is not decided about yet. */
  status: 'stopped' | 'starting' | 'running' | 'exited' | 'restarting';
  /** Restarts of its own in a row. */
  streak: number;
  /** Infinity: it isn't up. */
  upSince: number;
  /** The times of the restarts that its own budget counts, newest first. */
  restarts: readonly number[];
  /** Not in the spec: forgotten when the supervisor is started again. */
  readonly isAdded: boolean;
  /** It has not been started yet: its spec is kept only then. */
  isNew: boolean;
}

/** What a restart, or a start on request, waits for; a newer one takes its place. */
interface Round {
  isOff: boolean;
  /** Those that it is about to stop. */
  stops: readonly Entry[];
  /** All that had to be stopped is, and the wait is over. */
  isStarting: boolean;
  /** Those that were terminated before it came to start them. */
  readonly left: Set<Entry>;
  /** Whom it restarts: neither who comes meanwhile, nor who is terminated on request. */
  group: readonly Entry[];
  /** Of the group, those beside the offender that it found alive, and that nothing was asked for since. */
  others: readonly Entry[];
  /** Ends its wait. */
  endWait?: () => void;
  /** Somebody waits for it, and is told that it comes to nothing. */
  calledOff?: () => void;
}

/** A start that came to nothing. */
interface Failure {
  readonly entry: Entry;
  readonly outcome: Outcome;
}

/** One incarnation of a supervisor. */
class SupervisorLife implements Life {
  readonly #world: World;
  readonly #path: string;
  readonly #plan: SupervisorPlan;
  readonly #chance: number;
  readonly #exited: (life: Life, reason: string) => void;
  readonly #whenOver: (() => void)[] = [];
  #status: 'starting' | 'up' | 'ending' | 'over' = 'starting';
  #hasBeenUp = false;
  /** In start order. */
  #entries: Entry[];
  /** Newest first. */
  #restarts: readonly number[] = [];
  /** By whose failure, or start on request, they are about. */
  readonly #rounds = new Map<Entry, Round>();
  /** The first one: everything is started. */
  readonly #beginning: Round = this.#newRound();
  /** The last one: everything is stopped, nothing started. */
  #ending: Round = this.#newRound();
  /** Told how its start comes out. */
  #startSettled: (outcome: Outcome) => void = () => {};
  #isLost = false;
  /** Stopped before it was up: others see to the end of what it has started. */
  #isCalledOff = false;
  /** Lost, and then killed: nobody below it elsewhere has any time left. */
  #isHurried = false;

  constructor(world: World, path: string, plan: SupervisorPlan, chance: number, exited: (life: Life, reason: string) => void) {
    this.#world = world;
    this.#path = path;
    this.#plan = plan;
    this.#chance = chance;
    this.#exited = exited;
    this.#entries = plan.children.map((child, i) => this.#entry(keyOf(i), child));
  }

  get isUp(): boolean { return this.#status === 'up'; }

  get isAlive(): boolean { return this.#status !== 'over' && !this.#isLost; }
  get isThere(): boolean { return this.isAlive && !this.#isCalledOff; }

  get snapshot(): unknown {
    const entries = this.#entries.map(({ path, status, streak, upSince, restarts, life }) => [path, status, streak, upSince, restarts, life?.snapshot]);
    return [this.#status, this.#isLost, this.#isCalledOff, entries, this.#restarts];
  }

  // As a child

  start(settled: (outcome: Outcome) => void): void {
    this.#startSettled = settled;
    const incarnation = this.#world.begin(this.#path, this);
    this.#startAll(this.#entries, this.#beginning, (failed) => {
      if (failed === undefined) this.#isNowUp(incarnation, settled);
      else this.#rollBack(failed, settled);
    });
  }

  #isNowUp(incarnation: number, settled: (outcome: Outcome) => void): void {
    this.#status = 'up';
    this.#hasBeenUp = true;
    this.#world.tell(this.#path, { what: 'started', incarnation });
    this.#world.removeUnused(this.#path, this.#entries.map((entry) => entry.path));
    settled('up');
    for (const early of this.#early.splice(0)) this.#world.time.soon(early.about, early.run);
  }

  #rollBack({ outcome }: Failure, settled: (outcome: Outcome) => void): void {
    this.#status = 'ending';
    // What was started beside it keeps nobody waiting.
    for (const entry of this.#entries) if (entry.status === 'starting') this.#stopOne(entry, () => {});
    this.#stopAll(this.#entries, this.#ending, () => {
      this.#over();
      this.#world.abandon(this.#path);
      // Whoever asked for it hears what its child's start has come to.
      settled(outcome);
    });
  }

  shutdown(limitMs: number, over: () => void): void {
    if (this.#status === 'over') {
      over();
      return;
    }
    this.#whenOver.push(over);
    this.#isCalledOff = !this.#hasBeenUp;
    if (limitMs === 0) this.die('killed');
    else if (this.#status !== 'ending') this.#shutDown();
    if (limitMs > 0) this.#world.time.after(limitMs, this.#path, () => { if (this.#status !== 'over') this.die('killed'); });
  }

  leave(limitMs: number): void {
    this.#wind(() => this.#end('normal'));
    this.#world.time.after(limitMs, this.#path, () => { if (this.#status !== 'over') this.die('killed'); });
  }

  #shutDown(): void {
    const wasStarting = this.#status === 'starting';
    this.#wind(() => {
      if (wasStarting) this.#world.abandon(this.#path);
      this.#end('shutdown');
    });
  }

  die(reason: string): void {
    if (this.#status === 'over') return;
    if (this.#isLost) {
      this.#hurry();
      return;
    }
    this.#status = 'over';
    this.#ending.isOff = true;
    this.#calm();
    if (this.#hasBeenUp) this.#world.tell(this.#path, { what: 'ended', reason });
    this.#dieBelow('killed');
    this.#over();
    this.#exited(this, reason);
  }

  #hurry(): void {
    this.#isHurried = true;
    this.#dieBelow('killed');
  }

  #dieBelow(reason: string): void {
    for (const entry of this.#entries.toReversed()) entry.life?.die(reason);
  }

  lose(): void {
    if (this.#status === 'over' || this.#isLost) return;
    this.#losesBelow();
    for (const { life, plan } of this.#entries.toReversed()) {
      if (plan.host === 'local' || life?.isAlive === false) life?.loseWithAbove();
    }
    // Who was below it elsewhere has the time to stop that it was to have.
    this.#stopAll(this.#entries, this.#ending, () => {
      this.#over();
      if (this.#hasBeenUp) {
        this.#exited(this, 'host_down');
      } else {
        this.#world.abandon(this.#path);
        this.#startSettled('failed');
      }
    });
  }

  loseWithAbove(): void {
    if (this.#isLost) this.#hurry();
    if (this.#status === 'over' || this.#isLost) return;
    this.#losesBelow();
    for (const { life, plan } of this.#entries.toReversed()) {
      if (plan.host === 'local') life?.loseWithAbove();
      else life?.die('killed');
    }
    if (!this.#hasBeenUp) this.#world.abandon(this.#path);
    this.#over();
  }

  /** Nobody decides any more about whoever is below it. */
  #losesBelow(): void {
    this.#isLost = true;
    this.#status = 'ending';
    this.#calm();
    this.#ending.isOff = true;
    this.#ending = this.#newRound();
    if (this.#hasBeenUp) this.#world.tell(this.#path, { what: 'ended', reason: 'host_down' });
  }

  // On request

  startChild(key: string, plan: Plan, answer: (result: unknown) => void): void {
    const known = this.#entries.find((entry) => entry.key === key);
    if (known !== undefined) {
      answer(this.#shown(known) === 'running' ? 'already_started' : 'already_present');
      return;
    }
    const entry = this.#entry(key, plan, true);
    this.#entries.push(entry);
    this.#startOne(entry, (outcome) => {
      if (outcome === 'failed' || outcome === 'late') this.#drop(entry);
      answer(outcome);
    });
  }

  terminateChild(key: string, answer: (result: unknown) => void): void {
    const entry = this.#entries.find((each) => each.key === key);
    if (entry === undefined) {
      answer('not_found');
      return;
    }
    // What it has brought about goes on without it, for those that it has stopped. Until it is up, a start of it ends that.
    const own = this.#rounds.get(entry);
    const isBefore = own !== undefined && own.group.length > 0 && !own.isStarting;
    if (isBefore) own.group = own.others;
    else if (entry.status === 'starting' || (entry.status === 'restarting' && own?.isStarting !== true)) this.#cancel(entry);
    this.#takeOut(entry);
    if (isBefore) own.endWait?.();
    if (entry.life === undefined) entry.status = 'stopped';
    this.#stopOne(entry, () => {
      if (entry.plan.restart === 'temporary') this.#drop(entry);
      // Those that go on without it may be the end of their supervisor before it can answer.
      this.#world.time.soon(entry.path, () => answer('ok'));
    });
  }

  restartChild(key: string, answer: (result: unknown) => void): void {
    const entry = this.#known.find((each) => each.key === key);
    if (entry?.status === 'stopped') this.#startOne(entry, answer);
    else answer(this.#refusalOf(entry));
  }

  deleteChild(key: string, answer: (result: unknown) => void): void {
    const entry = this.#known.find((each) => each.key === key);
    if (entry?.status === 'stopped') {
      this.#drop(entry);
      answer('ok');
    } else {
      answer(this.#refusalOf(entry));
    }
  }

  childSpec(key: string): unknown {
    const entry = this.#known.find((each) => each.key === key);
    return entry === undefined ? 'not_found' : { key, type: typeOf(entry.plan), restart: entry.plan.restart };
  }

  whichChildren(): unknown {
    return this.#known.map((entry) => `${entry.key} ${typeOf(entry.plan)} ${this.#shown(entry)}`);
  }

  countChildren(): unknown {
    const kinds = this.#known.map(({ plan }) => typeOf(plan));
    return {
      specs: this.#known.length,
      active: this.#known.filter((entry) => this.#shown(entry) === 'running').length,
      supervisors: kinds.filter((kind) => kind === 'supervisor').length,
      workers: kinds.filter((kind) => kind === 'worker').length,
    };
  }

  get #known(): readonly Entry[] { return this.#entries.filter(({ isNew }) => !isNew); }

  #refusalOf(entry: Entry | undefined): string {
    return entry === undefined ? 'not_found' : this.#shown(entry) === 'running' ? 'running' : 'restarting';
  }

  #shown(entry: Entry): 'running' | 'restarting' | 'stopped' {
    switch (entry.status) {
      case 'stopped': return 'stopped';
      case 'running': return 'running';
      case 'exited':
      case 'starting':
      case 'restarting': return 'restarting';
    }
  }

  #isAboutToStop(entry: Entry): boolean {
    return [...this.#rounds.values()].some(({ stops }) => stops.includes(entry));
  }

  // Exits

  #childExited(entry: Entry, life: Life, reason: string): void {
    if (entry.life !== life) return;
    this.#lived(entry);
    entry.life = undefined;
    entry.status = 'exited';
    // Nobody is there to decide about it.
    if (this.#status === 'ending' || this.#status === 'over') return;
    this.#world.time.soon(entry.path, () => this.#decide(entry, reason));
  }

  /** A life that was long enough is a new beginning. */
  #lived(entry: Entry): void {
    if (this.#world.time.now - entry.upSince >= this.#plan.intensity.withinMs) entry.streak = 0;
    entry.upSince = Infinity;
  }

  #decide(entry: Entry, reason: string): void {
    // Another decision may have taken it in meanwhile: OTP finds its exit while it shuts it down.
    if (entry.status !== 'exited') return;
    if (this.#status === 'starting') {
      // Heard when all have been started.
      this.#early.push({ about: entry.path, run: () => this.#decide(entry, reason) });
      return;
    }
    // The round comes to it in its turn, and finds it ended.
    if (this.#status !== 'up' || this.#isAboutToStop(entry)) return;
    if (isRestarted(entry.plan.restart, reason)) {
      this.#restart(entry, reason);
    } else {
      this.#drop(entry);
      if (this.#shutsDownWithout(entry)) this.#wind(() => this.#end('shutdown'));
    }
  }

  readonly #early: { readonly about: string; readonly run: () => void }[] = [];

  /** Whether the supervisor ends since `entry`, which is dropped, has ended by itself. */
  #shutsDownWithout({ plan }: Entry): boolean {
    if (!plan.isSignificant) return false;
    switch (this.#plan.autoShutdown) {
      case 'never': return false;
      case 'any_significant': return true;
      case 'all_significant': return !this.#entries.some((other) => other.plan.isSignificant && other.status !== 'stopped');
    }
  }

  // Restarts

  /** One attempt: it costs a unit whether it succeeds or not. */
  #restart(entry: Entry, reason: string): void {
    const { now } = this.#world.time;
    const { intensity, strategy } = this.#plan;
    this.#restarts = [now, ...within(this.#restarts, now, intensity)];
    if (entry.plan.budget !== undefined) entry.restarts = [now, ...within(entry.restarts, now, entry.plan.budget)];
    const isSpent = this.#restarts.length > intensity.restarts;
    if (isSpent || (entry.plan.budget !== undefined && entry.restarts.length > entry.plan.budget.restarts)) {
      // Its slot stays: when this supervisor is started again, so is the child in it.
      this.#forget(entry);
      this.#wind(() => this.#end('intensity', entry.key));
      return;
    }
    const delayMs = this.#delayOf(entry);
    const restarts = this.#restarts.length;
    this.#world.tell(entry.path, { what: 'restarting', reason, restarts, budgetLeft: intensity.restarts - restarts, delayMs });
    if (strategy === 'one_for_one') this.#restartAlone(entry, delayMs);
    else this.#restartGroup(entry, delayMs);
  }

  #delayOf(entry: Entry): number {
    return this.#plan.hasBackoff ? backoffMs(entry.streak++, this.#chance) : 0;
  }

  #restartAlone(entry: Entry, delayMs: number): void {
    entry.status = 'restarting';
    const round = this.#newRound();
    this.#rounds.set(entry, round);
    this.#wait(entry.path, delayMs, round, () => this.#startAgain(entry));
  }

  /** By itself: its failure is a restart of its own. */
  #startAgain(entry: Entry): void {
    const round = this.#newRound();
    this.#rounds.set(entry, round);
    entry.status = 'starting';
    this.#begin(entry, (outcome) => {
      if (round.isOff) return;
      if (outcome === 'failed' || outcome === 'late') {
        this.#tryAgain(entry, round);
      } else {
        this.#rounds.delete(entry);
        this.#settled(entry, outcome);
      }
    });
  }

  /** Stops all from `first` on in reverse order, then starts them in order, without the temporary ones. */
  #restartGroup(offender: Entry, delayMs: number): void {
    const round = this.#newRound();
    const group = round.group = this.#groupOf(offender);
    round.others = group.filter((entry) => entry !== offender && entry.status !== 'stopped');
    for (const [other, older] of this.#rounds) {
      // What it starts before these may still be on its way.
      const isBefore = older.group.some((entry) => !group.includes(entry) && (entry.status === 'starting' || entry.status === 'restarting'));
      if (group.includes(other) || (older.isStarting && !isBefore)) this.#cancel(other);
      older.others = older.others.filter((entry) => !group.includes(entry));
    }
    this.#rounds.set(offender, round);
    offender.status = 'restarting';
    const startTogether = (): void => {
      if (this.#rounds.get(offender) === round) this.#rounds.delete(offender);
      for (const entry of this.#membersOf(round)) this.#startAgain(entry);
    };
    const startInOrder = (): void => {
      round.isStarting = true;
      this.#startAll(this.#membersOf(round), round, (failed) => {
        if (failed !== undefined) this.#tryAgain(failed.entry, round);
        else if (this.#rounds.get(offender) === round) this.#rounds.delete(offender);
      });
    };
    // Whoever was started by hand while it waited is stopped again.
    this.#stopGroup(offender, round, () => {
      const waitMs = round.group.includes(offender) ? delayMs : 0;
      this.#wait(offender.path, waitMs, round, () => this.#stopGroup(offender, round, this.#plan.start === 'parallel' ? startTogether : startInOrder));
    });
  }

  #stopGroup(offender: Entry, round: Round, done: () => void): void {
    round.stops = this.#membersOf(round);
    for (const entry of round.stops) if (entry !== offender) this.#cancel(entry);
    this.#stopAll(round.stops, round, () => {
      round.stops = [];
      done();
    });
  }

  /** Whom a round is for: neither who came meanwhile, nor who was forgotten. */
  #membersOf(round: Round): readonly Entry[] {
    return round.group.filter((entry) => this.#entries.includes(entry));
  }

  /** Whom the failure of `offender` affects: not those that are about to be there. */
  #groupOf(offender: Entry): readonly Entry[] {
    return this.#known.slice(this.#plan.strategy === 'one_for_all' ? 0 : this.#known.indexOf(offender));
  }

  /** A start has failed. What came before it is heard first. */
  #tryAgain(failed: Entry, round: Round): void {
    failed.status = 'restarting';
    this.#world.time.soon(failed.path, () => { if (!round.isOff) this.#restart(failed, 'error'); });
  }

  #wait(about: string, ms: number, round: Round, then: () => void): void {
    let isOver = false;
    const go = (): void => {
      if (!round.isOff && !isOver) then();
      isOver = true;
    };
    round.endWait = go;
    if (ms === 0) go();
    else this.#world.time.after(ms, about, go);
  }

  #newRound(): Round {
    return { isOff: false, stops: [], isStarting: false, left: new Set(), group: [], others: [] };
  }

  /** It isn't to be restarted any more; nor is a group that waits for it. */
  #cancel(entry: Entry): void {
    const round = this.#rounds.get(entry);
    this.#rounds.delete(entry);
    if (round === undefined) return;
    round.isOff = true;
    round.calledOff?.();
  }

  // Starting and stopping

  /** Starts them in order, or together; `done` is told of the first that fails. */
  #startAll(entries: readonly Entry[], round: Round, done: (failed: Failure | undefined) => void): void {
    const isParallel = this.#plan.start === 'parallel';
    let left = entries.length;
    const failed: Failure[] = [];
    let isTold = false;
    const tell = (): void => {
      if (isTold || round.isOff || (failed.length === 0 && left > 0)) return;
      isTold = true;
      if (failed.length === 0) done(undefined);
      else done(failed[failed.length > 1 ? this.#world.time.choose(failed.length) : 0]);
    };
    const begin = (entry: Entry, then: () => void): void => {
      if (round.left.has(entry)) {
        left--;
        then();
        return;
      }
      entry.status = 'starting';
      this.#begin(entry, (outcome) => {
        if (round.isOff || isTold) return;
        left--;
        if (outcome === 'failed' || outcome === 'late') failed.push({ entry, outcome });
        else this.#settled(entry, outcome);
        then();
      });
    };
    // What happens elsewhere may come in between.
    const soon = (about: string, then: () => void): void => this.#world.time.soon(about, () => { if (!round.isOff) then(); });
    const next = (i: number): void => {
      const entry = entries[i];
      if (entry === undefined || failed.length > 0) tell();
      else begin(entry, () => soon(entry.path, () => next(i + 1)));
    };
    if (isParallel) {
      let isLaunched = false;
      const isComplete = (): boolean => isLaunched && (left === 0 || failed.length > 0);
      for (const entry of entries) begin(entry, () => { if (isComplete()) soon(entry.path, tell); });
      isLaunched = true;
      if (isComplete()) soon(this.#path, tell);
    } else {
      next(0);
    }
  }

  /** What is done by hand while a round stops or starts its children stands. */
  #takeOut(entry: Entry): void {
    for (const round of this.#rounds.values()) {
      if (round.stops.length > 0) round.group = round.group.filter((each) => each !== entry);
      round.others = round.others.filter((each) => each !== entry);
      if (round.isStarting) round.left.add(entry);
    }
  }

  /** Starts one on request: no restart, so it costs nothing, and isn't tried again. */
  #startOne(entry: Entry, settled: (outcome: Outcome) => void): void {
    // If the restart that it was stopped for comes to nothing, it doesn't need another start.
    for (const other of this.#rounds.values()) other.others = other.others.filter((each) => each !== entry);
    const round: Round = { ...this.#newRound(), calledOff: () => settled('failed') };
    this.#rounds.set(entry, round);
    entry.status = 'starting';
    this.#begin(entry, (outcome) => {
      if (round.isOff) return;
      this.#rounds.delete(entry);
      this.#settled(entry, outcome);
      settled(outcome);
    });
  }

  #begin(entry: Entry, settled: (outcome: Outcome) => void): void {
    const exited = (ended: Life, reason: string): void => this.#childExited(entry, ended, reason);
    const { plan, path } = entry;
    const life = entry.life = this.#lifeOf(path, plan, exited);
    this.#world.place(path, plan.host);
    if (entry.isAdded) this.#world.added.add(path);
    else this.#world.replaceAdded(path);
    life.start((outcome) => {
      if (outcome !== 'up' && entry.life === life) entry.life = undefined;
      settled(outcome);
    });
  }

  #lifeOf(path: string, plan: Plan, exited: (life: Life, reason: string) => void): Life {
    switch (plan.kind) {
      case 'worker': return new WorkerLife(this.#world, path, plan, exited);
      case 'supervisor': return new SupervisorLife(this.#world, path, plan, this.#chance, exited);
      case 'dynamic': return new DynamicLife(this.#world, path, plan, this.#chance, exited);
    }
  }

  #settled(entry: Entry, outcome: Outcome): void {
    if (entry.isNew) {
      // Others may have been there before it.
      this.#forget(entry);
      this.#entries.push(entry);
      entry.isNew = false;
    }
    if (outcome === 'up') {
      entry.status = 'running';
      entry.upSince = this.#world.time.now;
    } else {
      entry.status = 'stopped';
      if (entry.plan.restart !== 'temporary') return;
      // While its supervisor starts, all slots wait for how that comes out.
      if (this.#status === 'starting') this.#forget(entry);
      else this.#drop(entry);
    }
  }

  /** In reverse order, one at a time. */
  #stopAll(entries: readonly Entry[], round: Round, done: () => void): void {
    const next = (i: number): void => {
      if (round.isOff) return;
      const entry = entries[i];
      if (entry === undefined) {
        done();
        return;
      }
      this.#stopOne(entry, () => {
        // What is temporary doesn't come back.
        if (!round.isOff && round.stops.includes(entry) && entry.plan.restart === 'temporary') this.#drop(entry);
        next(i - 1);
      });
    };
    next(entries.length - 1);
  }

  #stopOne(entry: Entry, done: () => void): void {
    const { life, plan } = entry;
    if (life === undefined) {
      if (entry.status === 'exited' || (entry.status === 'restarting' && !this.#rounds.has(entry))) entry.status = 'stopped';
      done();
      return;
    }
    // Who is being stopped isn't up any more.
    this.#lived(entry);
    life.shutdown(this.#isHurried ? 0 : limitOf(plan), () => {
      if (entry.life === life) {
        entry.life = undefined;
        entry.status = 'stopped';
      }
      done();
    });
  }

  /** Ends everything below, in reverse order, then itself. */
  #wind(then: () => void): void {
    this.#status = 'ending';
    this.#calm();
    this.#stopAll(this.#entries, this.#ending, then);
  }

  /** Nothing is restarted any more. */
  #calm(): void {
    this.#beginning.isOff = true;
    for (const round of this.#rounds.values()) round.isOff = true;
  }

  #end(reason: string, child?: string): void {
    if (this.#status === 'over') return;
    if (isAbnormal(reason)) this.#world.tell(this.#path, { what: 'ended', reason, ...child === undefined ? {} : { child } });
    this.#over();
    this.#exited(this, reason);
  }

  #over(): void {
    this.#status = 'over';
    for (const over of this.#whenOver.splice(0)) over();
  }

  #drop(entry: Entry): void {
    this.#forget(entry);
    this.#world.remove(entry.path);
  }

  #forget(entry: Entry): void {
    this.#entries = this.#entries.filter((each) => each !== entry);
  }

  #entry(key: string, plan: Plan, isAdded = false): Entry {
    return { key, plan, path: `${this.#path}/${key}`, life: undefined, status: 'stopped', streak: 0, upSince: Infinity, restarts: [], isAdded, isNew: isAdded };
  }
}

function typeOf({ kind }: Plan): 'worker' | 'supervisor' {
  return kind === 'worker' ? 'worker' : 'supervisor';
}

/** One tree, from its start to its end. */
export class SupervisorModel {
  readonly #world: World;
  readonly #cast: Cast;
  readonly #root: SupervisorLife;
  #commands = 0;
  /** Which of so many things comes first, from 0, where nothing promises an order. */
  choose: (count: number) => number = () => 0;
  /** Is told what becomes visible. */
  tell: (fact: Fact) => void = () => {};

  /** @param chance What the source of chance always says. */
  constructor(tree: SupervisorPlan, chance: number) {
    this.#world = new World((count) => this.choose(count), (fact) => this.tell(fact));
    this.#cast = new Cast(tree);
    this.#root = new SupervisorLife(this.#world, ROOT, tree, chance, () => this.#world.remove(ROOT));
  }

  /** Lets the tree start as far as it comes without time passing. */
  start(): void {
    this.#root.start((outcome) => this.#world.tell(ROOT, { what: 'answered', command: -1, result: outcome }));
    this.#world.time.settle();
  }

  apply(command: Command): void {
    const number = this.#commands++;
    const answer = (actor: string) => (result: unknown): void => {
      // Who is about to end answers nobody.
      if (this.#supervisor(actor) !== undefined) this.#world.tell(actor, { what: 'answered', command: number, result });
    };
    switch (command.type) {
      case 'advance':
        this.#world.time.advance(command.ms);
        break;
      case 'die':
        for (const { path, how } of this.#cast.deaths(command.deaths)) {
          const life = this.#world.lives.get(path);
          if (life?.isUp === true) die(life, path, how);
        }
        break;
      case 'kill_supervisor':
      case 'stop_supervisor': {
        const path = this.#cast.supervisor(command.supervisor);
        if (path === ROOT) break;
        if (command.type === 'kill_supervisor') this.#supervisor(path)?.die('killed');
        else this.#supervisor(path)?.leave(stopGraceMs(path));
        break;
      }
      case 'lose_host':
        this.#world.ownerOfHostOf(this.#cast.actor(command.actor))?.lose();
        break;
      case 'talk': break;
      case 'fault':
        this.#world.plant(this.#cast.worker(command.worker), command.faults);
        break;
      case 'start_child': {
        const path = this.#cast.supervisor(command.supervisor);
        const life = this.#supervisor(path);
        if (life instanceof SupervisorLife) life.startChild(command.key, command.plan, answer(path));
        break;
      }
      case 'start_one': {
        const path = this.#cast.dynamic(command.supervisor);
        const life = this.#supervisor(path);
        if (life instanceof DynamicLife) life.startChild(answer(path));
        break;
      }
      case 'terminate_child':
      case 'restart_child':
      case 'delete_child':
      case 'child_spec': {
        const path = this.#cast.actor(command.actor);
        const [above, key] = [parentOf(path), lastOf(path)];
        const supervisor = this.#supervisor(above);
        if (supervisor instanceof SupervisorLife) ask(supervisor, command.type, key, answer(above));
        // Nothing else can be asked of a dynamic one about a child, and that takes its ref.
        else if (command.type === 'terminate_child' && this.#world.known.has(path)) supervisor?.terminateChild(key, answer(above));
        break;
      }
      case 'which_children':
      case 'count_children': {
        const path = this.#cast.supervisor(command.supervisor);
        const supervisor = this.#supervisor(path);
        if (supervisor === undefined) break;
        answer(path)(command.type === 'which_children' ? supervisor.whichChildren() : supervisor.countChildren());
        break;
      }
      case 'stop':
        this.#root.shutdown(Infinity, () => {});
    }
    this.#world.time.settle();
  }

  /** Two models with the same one go on alike. */
  get snapshot(): string {
    return JSON.stringify([this.#world.snapshot, this.#root.snapshot]);
  }

  /** The actors that are there to be asked, or to die. */
  upPaths(): readonly string[] {
    const isReached = (path: string, life: Life): boolean => !(isSupervisor(life) && this.#world.outOfReach.has(path));
    return [...this.#world.lives].flatMap(([path, life]) => life.isUp && isReached(path, life) ? [path] : []);
  }

  #supervisor(path: string): SupervisorLife | DynamicLife | undefined {
    const life = this.#world.lives.get(path);
    return life !== undefined && isSupervisor(life) && life.isUp && !this.#world.outOfReach.has(path) ? life : undefined;
  }
}

function isSupervisor(life: Life): life is SupervisorLife | DynamicLife {
  return life instanceof SupervisorLife || life instanceof DynamicLife;
}

function die(life: Life, path: string, how: Death): void {
  switch (how) {
    case 'crash': return life.die('error');
    case 'end': return life.leave(Infinity);
    case 'stop': return life.leave(stopGraceMs(path));
    case 'kill': return life.die('killed');
  }
}

type Asked = 'terminate_child' | 'restart_child' | 'delete_child' | 'child_spec';

function ask(supervisor: SupervisorLife, what: Asked, key: string, answer: (result: unknown) => void): void {
  switch (what) {
    case 'terminate_child': return supervisor.terminateChild(key, answer);
    case 'restart_child': return supervisor.restartChild(key, answer);
    case 'delete_child': return supervisor.deleteChild(key, answer);
    case 'child_spec': return answer(supervisor.childSpec(key));
  }
}
