import type { ActorDefinition } from '../core/actor.ts';
import type { ActorRef, RefOf } from '../core/actor-ref.ts';
import type { Child } from './child-spec.ts';
import type { ChildCounts, ChildInfo, ChildSpecInfo } from './child-info.ts';
import type { ChildEntry } from './supervisor.ts';
import type { ChildKind } from './plan.ts';
import type { DynamicTree } from './dynamic-supervisor.ts';
import type { SupervisorActor } from './supervisor-actor.ts';
import type { Tree } from './tree.ts';
import { ActorStoppedError } from '../core/errors.ts';
import { checkChild } from './tree.ts';
import { checkFields } from '../core/options.ts';
import { checkName } from '../core/registry.ts';
import { movableChild } from './movable-plan.ts';

/** The refs to the children of a tree, under their keys. */
// Looked up in an object, so that the compiler prints the other name: its text then begins with the keys.
export type Children<C> = { refs: ChildrenNamed<keyof C, C> }['refs'];
type ChildrenNamed<_Keys, C> = { readonly [K in keyof C]: ChildRef<C[K]> };

/** What a child is to those who use it. */
export type ChildRef<T> = T extends Child<infer D> ? ChildRef<D>
  : T extends Tree<infer C> ? SupervisorRef<C>
    : T extends DynamicTree<infer D> ? DynamicSupervisorRef<D>
      : T extends ActorDefinition<infer _I, infer _H, infer _W> ? RefOf<T> : never;

/** Whatever may be started as a child. */
type Startable<D> = Child<D> | (D extends Tree<unknown> | DynamicTree<unknown> ? D : never);
type InputOf<D> = D extends ActorDefinition<infer I, infer _H, infer _W> ? I : never;
type InputArgument<I> = unknown extends I ? [input?: undefined] : undefined extends I ? [input?: I] : [input: I];

/**
 * A running supervisor. All requests are answered while children start, stop or are being restarted. What can't be done is
 * refused, with a {@link RefusedError} whose `code` is OTP's word for it.
 *
 * Children that were added are forgotten when the supervisor itself is restarted; those of its spec are started again.
 */
export interface SupervisorRef<C> {
  /** To monitor it. */
  readonly ref: ActorRef<object>;
  readonly children: Children<C>;
  /**
   * Starts one more child, behind all others. Undefined when its `init` has ignored the start.
   *
   * @throws {RefusedError} (all as rejections) `already_started` (`data.ref` is it), `already_present`: it has no actor now.
   * @throws {StartFailedError | StartTimeoutError} Its spec isn't kept.
   * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`, `TROUPE_RESERVED_NAME`.
   * @throws {TypeError} It can't be a child.
   */
  startChild<D>(key: string, child: Startable<D>): Promise<ChildRef<D> | undefined>;
  /**
   * Stops a child, or calls off its start or restart. Its spec is kept, unless it is `temporary`.
   *
   * @throws {RefusedError} (as a rejection) `not_found`.
   */
  terminateChild(key: string): Promise<void>;
  /**
   * Starts a child whose spec was kept. It costs no budget, and isn't tried again. Undefined when its `init` has ignored it.
   *
   * @throws {RefusedError} (as rejections) `not_found`, `running`, `restarting`.
   * @throws {StartFailedError | StartTimeoutError} Its spec is kept.
   */
  restartChild(key: string): Promise<ActorRef<object> | undefined>;
  /**
   * Forgets the spec of a child that has no actor; refs to it are dead then.
   *
   * @throws {RefusedError} (as rejections) `not_found`, `running`, `restarting`.
   */
  deleteChild(key: string): Promise<void>;
  /** In start order. */
  whichChildren(): Promise<readonly ChildInfo[]>;
  countChildren(): Promise<ChildCounts>;
  /** @throws {RefusedError} (as a rejection) `not_found`. */
  childSpec(key: string): Promise<ChildSpecInfo>;
}

/** A running dynamic supervisor. */
export interface DynamicSupervisorRef<D> {
  /** To monitor it. */
  readonly ref: ActorRef<object>;
  /**
   * Starts one more child. Undefined when its `init` has ignored the start; it is forgotten then.
   *
   * @throws {RefusedError} (all as rejections) `max_children`.
   * @throws {StartFailedError | StartTimeoutError}
   * @throws {NameTakenError} Another actor has this `name`.
   */
  startChild(...args: [...InputArgument<InputOf<D>>, options?: { name?: string }]): Promise<ChildRef<D> | undefined>;
  /**
   * Stops a child, and forgets it.
   *
   * @throws {RefusedError} (as a rejection) `not_found`.
   */
  terminateChild(ref: ActorRef<object>): Promise<void>;
  /** In the order of their starts. */
  whichChildren(): Promise<readonly ChildInfo[]>;
  countChildren(): Promise<ChildCounts>;
}

/** What both kinds have in common, at run time. */
abstract class RunningSupervisor {
  readonly #actor: SupervisorActor;

  constructor(actor: SupervisorActor) {
    // Each request has a limit of its own: the child's `start` or `shutdown`.
    this.#actor = actor.with({ timeout: Infinity });
  }

  get ref(): ActorRef<object> { return this.#actor; }

  protected get actor(): SupervisorActor { return this.#actor; }

  whichChildren(): Promise<readonly ChildInfo[]> { return this.actor.ask.whichChildren(); }
  countChildren(): Promise<ChildCounts> { return this.actor.ask.countChildren(); }
}

class RunningTree extends RunningSupervisor {
  readonly children: Readonly<Record<string, unknown>>;
  /** Whether it takes plain data alone. */
  readonly #isMovable: boolean;

  constructor(actor: SupervisorActor, isMovable: boolean, children: Readonly<Record<string, unknown>>) {
    super(actor);
    this.#isMovable = isMovable;
    this.children = children;
  }

  async startChild(key: string, child: unknown): Promise<unknown> {
    const plan = checkChild(key, child);
    const ref = await this.actor.ask.startChild(key, this.#isMovable ? movableChild(key, plan) : plan);
    return ref && runningChild({ key, kind: plan.kind, ref, isMovable: this.#isMovable || plan.definition.id !== undefined });
  }

  terminateChild(key: string): Promise<void> { return this.actor.ask.terminateChild(key); }
  restartChild(key: string): Promise<ActorRef<object> | undefined> { return this.actor.ask.restartChild(key); }
  deleteChild(key: string): Promise<void> { return this.actor.ask.deleteChild(key); }
  childSpec(key: string): Promise<ChildSpecInfo> { return this.actor.ask.childSpec(key); }
}

class RunningDynamicTree extends RunningSupervisor {
  async startChild(input?: unknown, options: { name?: string } = {}): Promise<unknown> {
    const { name } = checkFields(options, 'the options of startChild()', START_OPTIONS);
    return this.actor.ask.startOne(input, name === undefined ? undefined : checkName(name));
  }

  terminateChild(ref: ActorRef<object>): Promise<void> { return this.actor.ask.terminateOne(ref); }
}

const START_OPTIONS: ReadonlySet<string> = new Set(['name']);

/** The supervisor that `actor` is, with the refs of the children that it was started with. */
export async function runningTree(actor: SupervisorActor, kind: ChildKind, isMovable: boolean): Promise<unknown> {
  if (kind === 'dynamic_supervisor') return new RunningDynamicTree(actor);
  // One that has ended already has children that nobody can use.
  const entries = await actor.with({ timeout: Infinity }).ask.entries().catch((error: unknown) => {
    if (error instanceof ActorStoppedError) return [];
    throw error;
  });
  const children = await Promise.all(entries.map(async (entry) => [entry.key, await runningChild(entry)] as const));
  return new RunningTree(actor, isMovable, Object.fromEntries(children));
}

async function runningChild({ kind, ref, isMovable }: ChildEntry): Promise<unknown> {
  return kind === 'worker' ? ref : runningTree(ref as SupervisorActor, kind, isMovable);
}
