import type { ActorRef, App, DynamicSupervisorRef, RefOf } from '../../index.ts';
import type { Command, Death, DynamicPlan, Fact, Plan, SupervisorPlan, WorkerPlan } from './plan.ts';
import { child, dynamicSupervisor, run, supervisor } from '../../index.ts';
import { Simulation } from '../../testing/simulation.ts';
import { Cast, ROOT, keyOf, lastOf, parentOf, pathsOf, stopGraceMs } from './plan.ts';
import { Recording } from './recording.ts';
import { isExact } from '../support/exact.ts';
import { Worker, recordings } from './worker.ts';


interface SupervisorRef {
  readonly ref: Pick<ActorRef<object>, 'kill' | 'stop'>;
  readonly children: Record<string, unknown>;
  startChild(key: string, child: unknown): Promise<ActorRef<object> | undefined>;
  terminateChild(key: string): Promise<void>;
  restartChild(key: string): Promise<unknown>;
  deleteChild(key: string): Promise<void>;
  whichChildren(): Promise<readonly { key: string; type: string; status: string }[]>;
  countChildren(): Promise<object>;
  childSpec(key: string): Promise<{ key: string; type: string; restart: string }>;
}

/** The same commands, done to a real tree. */
export class RealRun {
  readonly #number: number;
  readonly #cast: Cast;
  readonly #tree: SupervisorPlan;
  readonly #simulation: Simulation;
  readonly #recording: Recording;
  readonly #supervisors = new Map<string, SupervisorRef>();
  readonly #dynamic: ReadonlyMap<string, DynamicPlan>;
  /** The children of dynamic supervisors, by their paths: the last ones that had them. */
  readonly #ones = new Map<string, ActorRef<object>>();
  #app: App<unknown> | undefined;
  #commands = 0;
  #notes = 0;
  #openAsks = 0;

  constructor(number: number, tree: SupervisorPlan, chance: number) {
    this.#number = number;
    this.#tree = tree;
    this.#cast = new Cast(tree);
    this.#dynamic = new Map(pathsOf(tree).flatMap(({ path, plan }) => plan.kind === 'dynamic' ? [[path, plan]] : []));
    let ids = 0;
    const random = { next: () => chance, id: () => String(++ids) };
    const simulation = this.#simulation = new Simulation({ seed: number, maxDelayMs: 0, wallStart: 0, random });
    this.#recording = new Recording(() => simulation.world.time.now());
    this.#recording.listenTo(simulation.system);
    recordings.set(number, this.#recording);
  }

  async start(): Promise<readonly Fact[]> {
    const tell = (result: unknown): void => this.#recording.tell(ROOT, { what: 'answered', command: -1, result });
    const tree = supervisor({ name: ROOT, ...this.#specOf(this.#tree) } as never);
    void run(tree, { system: this.#simulation.system, log: false, signals: false, grace: '1000h' }).then((app) => {
      this.#app = app as never;
      this.#learn(this.#tree, ROOT, app.supervisor);
      tell('up');
    }, (error: unknown) => tell(resultOf(error)));
    return this.#step();
  }

  /** @param isUp Whether an actor is there to be asked, or to die. */
  async apply(command: Command, isUp: (path: string) => boolean): Promise<readonly Fact[]> {
    const { world } = this.#simulation;
    const number = this.#commands++;
    const answer = (actor: string, asked: Promise<unknown>): void => {
      const tell = (result: unknown): void => this.#recording.tell(actor, { what: 'answered', command: number, result });
      asked.then(tell, (error: unknown) => {
        const result = resultOf(error);
        if (result !== 'TROUPE_ACTOR_STOPPED') tell(result);
      });
    };
    switch (command.type) {
      case 'advance':
        await world.settle(world.time.now() + command.ms);
        break;
      case 'die':
        for (const { path, how } of this.#cast.deaths(command.deaths)) {
          if (isUp(path)) this.#die(path, how);
        }
        break;
      case 'kill_supervisor':
      case 'stop_supervisor': {
        const path = this.#cast.supervisor(command.supervisor);
        if (path === ROOT || !isUp(path)) break;
        if (command.type === 'kill_supervisor') this.#of(path).ref.kill();
        else void this.#of(path).ref.stop({ grace: stopGraceMs(path) });
        break;
      }
      case 'lose_host':
        this.#simulation.find(this.#cast.actor(command.actor))?.loseHost()?.run();
        break;
      case 'talk':
        this.#talkTo(this.#cast.worker(command.worker), command.count);
        break;
      case 'fault':
        this.#recording.plant(this.#cast.worker(command.worker), command.faults);
        break;
      case 'start_child': {
        const path = this.#cast.supervisor(command.supervisor);
        if (!isUp(path)) break;
        if (this.#dynamic.has(path)) break;
        const added = this.#of(path).startChild(command.key, this.#childOf(command.plan));
        answer(path, added.then((ref) => ref === undefined ? 'ignored' : 'up'));
        break;
      }
      case 'start_one': {
        const path = this.#cast.dynamic(command.supervisor);
        const dynamic = this.#dynamic.get(path);
        if (dynamic === undefined || !isUp(path)) break;
        answer(path, this.#startOne(path, dynamic).then((ref) => ref === undefined ? 'ignored' : 'up'));
        break;
      }
      case 'terminate_child':
      case 'restart_child':
      case 'delete_child':
      case 'child_spec': {
        const path = this.#cast.actor(command.actor);
        const above = parentOf(path);
        if (!isUp(above)) break;
        if (!this.#dynamic.has(above)) answer(above, ask(this.#of(above), command.type, lastOf(path)));
        else if (command.type === 'terminate_child') this.#terminateOne(path, (asked) => answer(above, asked));
        break;
      }
      case 'which_children': {
        const path = this.#cast.supervisor(command.supervisor);
        if (!isUp(path)) break;
        answer(path, this.#of(path).whichChildren().then((all) => all.map(({ key, type, status }) => `${key} ${type} ${status}`)));
        break;
      }
      case 'count_children': {
        const path = this.#cast.supervisor(command.supervisor);
        if (isUp(path)) answer(path, this.#of(path).countChildren());
        break;
      }
      case 'stop':
        void this.#app?.stop();
    }
    return this.#step();
  }

  async end(): Promise<void> {
    const { system } = this.#simulation;
    await this.#simulation.until(system.kill());
    await this.#simulation.world.settle();
    if (this.#openAsks !== 0) this.#recording.broken.push(`${this.#openAsks} asks never settled`);
    this.#checkAccount();
    recordings.delete(this.#number);
  }

  async #startOne(path: string, { child: plan }: DynamicPlan): Promise<ActorRef<object> | undefined> {
    const ref = await this.#dynamicOf(path).startChild({ run: this.#number, plan });
    // It says its path at the end.
    if (ref !== undefined) this.#ones.set(String(ref).slice(0, -1).split(' ').at(-1) ?? '', ref);
    return ref;
  }

  #dynamicOf(path: string): DynamicSupervisorRef<typeof Worker> {
    return this.#of(path) as unknown as DynamicSupervisorRef<typeof Worker>;
  }

  /** When its ref is known. */
  #terminateOne(path: string, answer: (asked: Promise<unknown>) => void): void {
    const ref = this.#ones.get(path);
    if (ref !== undefined) answer(this.#dynamicOf(parentOf(path)).terminateChild(ref).then(() => 'ok'));
  }

  #die(path: string, how: Death): void {
    const ref = this.#worker(path);
    if (how === 'kill') ref?.kill();
    else if (how === 'stop') void ref?.stop({ grace: stopGraceMs(path) });
    else ref?.tell[how]();
  }

  /** Asks and tells in turn; each ask must settle once. */
  #talkTo(path: string, count: number): void {
    const ref = this.#worker(path);
    if (ref === undefined) return;
    for (let i = 0; i < count; i++) {
      ref.tell.note(++this.#notes);
      this.#openAsks++;
      const settled = (): void => { this.#openAsks--; };
      ref.ask.echo(i).then(settled, settled);
    }
  }

  #worker(path: string): RefOf<typeof Worker> | undefined {
    return this.#simulation.refOf(path) as RefOf<typeof Worker> | undefined;
  }

  #of(path: string): SupervisorRef {
    const ref = this.#supervisors.get(path);
    if (ref === undefined) throw new Error(`no ref of ${path}`);
    return ref;
  }

  /** Promises of every run that were broken in this one. */
  get broken(): readonly string[] { return this.#recording.broken; }

  #checkAccount(): void {
    const { account } = this.#simulation.system;
    if (!isExact(account)) this.#recording.broken.push(`the account doesn't add up: ${JSON.stringify(account)}`);
  }

  async #step(): Promise<readonly Fact[]> {
    await this.#simulation.world.settle();
    this.#checkAccount();
    return this.#recording.take();
  }

  // The tree

  #learn(plan: Plan, path: string, ref: unknown): void {
    if (plan.kind === 'worker') return;
    this.#supervisors.set(path, ref as SupervisorRef);
    if (plan.kind === 'dynamic') return;
    plan.children.forEach((each, i) => this.#learn(each, `${path}/${keyOf(i)}`, (ref as SupervisorRef).children[keyOf(i)]));
  }

  #specOf(plan: SupervisorPlan): object {
    const { strategy, intensity: { restarts, withinMs: within }, hasBackoff, autoShutdown, start, host } = plan;
    return {
      strategy, intensity: { restarts, within }, host,
      ...hasBackoff ? {} : { backoff: false },
      ...autoShutdown === 'never' ? {} : { autoShutdown },
      ...start === 'sequential' ? {} : { start },
      children: Object.fromEntries(plan.children.map((each, i) => [keyOf(i), this.#childOf(each)])),
    };
  }

  #childOf(plan: Plan): unknown {
    const asTree = child as (tree: unknown, options: object) => unknown;
    const options = { ...policyOf(plan), start: '1000h' };
    switch (plan.kind) {
      case 'worker': return child(Worker, { ...policyOf(plan), input: { run: this.#number, plan }, ...placeOf(plan) } as never);
      case 'supervisor': return asTree(supervisor(this.#specOf(plan) as never), options);
      case 'dynamic': {
        const { intensity: { restarts, withinMs: within }, hasBackoff, autoShutdown, maxChildren, host } = plan;
        return asTree(dynamicSupervisor({
          child: Worker, options: { ...policyOf(plan.child), ...placeOf(plan.child) }, maxChildren, host, autoShutdown,
          intensity: { restarts, within }, ...hasBackoff ? {} : { backoff: false },
        } as never), options);
      }
    }
  }
}

function policyOf({ restart, shutdown, isSignificant, budget }: Plan): object {
  return {
    restart, shutdown,
    ...isSignificant ? { significant: true } : {},
    ...budget === undefined ? {} : { intensity: { restarts: budget.restarts, within: budget.withinMs } },
  };
}

function placeOf({ host, startMs }: WorkerPlan): object {
  return { host, start: startMs };
}

type Asked = 'terminate_child' | 'restart_child' | 'delete_child' | 'child_spec';

async function ask(ref: SupervisorRef, what: Asked, key: string): Promise<unknown> {
  switch (what) {
    case 'terminate_child': return ref.terminateChild(key).then(() => 'ok');
    case 'delete_child': return ref.deleteChild(key).then(() => 'ok');
    case 'restart_child': return ref.restartChild(key).then((started) => started === undefined ? 'ignored' : 'up');
    case 'child_spec': return ref.childSpec(key).then((spec) => ({ key: spec.key, type: spec.type, restart: spec.restart }));
  }
}

function resultOf(error: unknown): unknown {
  const { code } = error as { code?: string };
  switch (code) {
    case 'TROUPE_START_FAILED': return 'failed';
    case 'TROUPE_START_TIMEOUT': return 'late';
    default: return code ?? error;
  }
}
