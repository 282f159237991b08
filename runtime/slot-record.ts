import type { ActorSeed, PlaceData, SlotIdentity, SlotNotice, StoredValue } from './control.ts';
import { MAIN_HOST } from './control.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { Host } from './hosts/host.ts';
import type { Supervision } from '../core/restart.ts';
import { Life } from './life.ts';
import { shouldRestart } from '../core/restart.ts';

/** What is called when it is known what a start comes to: one of them, once. */
export interface StartOutcome {
  readonly started: () => void;
  readonly ignored: () => void;
  readonly failed: (error: Error) => void;
}

/** What a slot is doing, as the authority sees it. */
export type SlotState =
  | { readonly kind: 'starting' } & StartOutcome
  | { readonly kind: 'up' }
  /** Its actor has ended, or its start was given up; its descendants are about to end. */
  | { readonly kind: 'ending'; readonly reason: ExitReason }
  /** A supervisor decides whether it starts again; one that rests is started by hand, if at all. */
  | { readonly kind: 'waiting'; readonly reason: ExitReason; readonly isResting?: true }
  | { readonly kind: 'dead'; readonly reason: ExitReason };

/** One slot in the authority's books. */
export class SlotRecord {
  readonly id: number;
  readonly parent: SlotRecord | undefined;
  readonly path: string;
  readonly name: string | undefined;
  /** Its place in its supervisor's `children`. */
  readonly key: string | undefined;
  readonly seed: ActorSeed;
  /** What its next incarnation finds as saved. */
  saved: StoredValue | undefined;
  readonly place: PlaceData;
  /** Who asked for it; its host too when its place is `local`. */
  homeId: number;
  readonly startMs: number;
  readonly supervision: Supervision | undefined;
  /** Whether nothing that it does keeps the program alive. */
  readonly isDaemon: boolean;
  /** Whether its parent has made it in `init`: it is started again with each incarnation of a supervisor. */
  readonly isOfSpec: boolean;
  /** The incarnation of its parent that has started it. */
  parentIncarnation: number;
  /** The request that has made it. */
  spawnedBy: { readonly host: number; readonly request: number } | undefined;
  state: SlotState = { kind: 'waiting', reason: { kind: 'normal' } };
  incarnation = 0;
  /** What is known of the incarnation. */
  life = new Life();
  host: Host | undefined;
  /** Its first `init` is done: until then others only know that its name is taken. */
  isFindable = false;
  /** In the order of their starts. */
  readonly children = new Set<SlotRecord>();
  readonly watchers = new Set<number>();
  readonly monitors = new Set<number>();
  /** Told when the incarnation has ended. */
  endWaiters: ((reason: ExitReason) => void)[] = [];
  #childrenNamed = new Map<string, number>();

  constructor(
    id: number, parent: SlotRecord | undefined, path: string,
    details: Pick<SlotRecord, 'name' | 'key' | 'seed' | 'saved' | 'place' | 'homeId' | 'startMs' | 'supervision' | 'isDaemon'>,
  ) {
    this.id = id;
    this.parent = parent;
    this.path = path;
    this.name = details.name;
    this.key = details.key;
    this.seed = details.seed;
    this.saved = details.saved;
    this.place = details.place;
    this.homeId = details.homeId;
    this.startMs = details.startMs;
    this.supervision = details.supervision;
    this.isDaemon = details.isDaemon || parent?.isDaemon === true;
    this.isOfSpec = parent?.state.kind === 'starting';
    this.parentIncarnation = parent?.incarnation ?? 0;
  }

  /** Whether its host is there for it alone, with its children. */
  get ownsHost(): boolean { return 'settings' in this.place; }

  /** Whether it outlives its incarnations: a supervisor decides about it. */
  get isHeld(): boolean { return this.supervision !== undefined; }

  /** Whether there is an actor in it that others haven't been told the end of. */
  get hasIncarnation(): boolean { return this.state.kind !== 'waiting' && this.state.kind !== 'dead'; }

  /** Whether there is an actor in it that hasn't ended. */
  get isAlive(): boolean { return this.state.kind === 'starting' || this.state.kind === 'up'; }

  get hasLifeBelow(): boolean { return [...this.children].some(({ hasIncarnation }) => hasIncarnation); }

  get isResting(): boolean { return this.state.kind === 'waiting' && this.state.isResting === true; }

  get identity(): SlotIdentity {
    const { id, path, seed: { shape } } = this;
    return { slot: id, path, shape };
  }

  /** Those right below it whose actors live. */
  get liveChildren(): readonly SlotIdentity[] {
    return [...this.children].filter(({ state }) => state.kind === 'up').map(({ identity }) => identity);
  }

  /** Whether it starts again after this end, as far as anybody knows before its supervisor has decided. */
  startsAgain(reason: ExitReason): boolean {
    const { supervision, parent, life: { comesBack } } = this;
    if (supervision === undefined || parent === undefined) return false;
    if (comesBack !== undefined) return comesBack;
    switch (parent.state.kind) {
      case 'starting':
      case 'up': return shouldRestart(supervision.restart, reason);
      // It comes with its supervisor's next life, or not at all.
      case 'ending':
      case 'waiting': return this.isOfSpec && parent.startsAgain(parent.state.reason);
      case 'dead': return false;
    }
  }

  /** Whether somebody may start it again: its supervisor, which is there, or may return itself. Its children keep their slots then. */
  get mayReturn(): boolean {
    const { isHeld, parent } = this;
    if (!isHeld || parent === undefined) return false;
    switch (parent.state.kind) {
      case 'starting':
      case 'up': return true;
      case 'ending':
      case 'waiting': return parent.mayReturn;
      case 'dead': return false;
    }
  }

  /** What those who send to it must know. */
  get notice(): SlotNotice {
    const { state, host, incarnation, isDaemon } = this;
    switch (state.kind) {
      case 'up': return { status: 'up', host: host?.id ?? MAIN_HOST, incarnation, isDaemon };
      case 'dead': return { status: 'dead', reason: state.reason };
      case 'waiting': return { status: this.isResting ? 'stopped' : 'restarting', reason: state.reason };
      case 'ending': return { status: 'restarting', reason: state.reason };
      case 'starting': return { status: 'restarting', reason: { kind: 'normal' } };
    }
  }

  /** `shop/orders`, or `counter-1` for the first child without a name of its own. */
  pathOfChild(name: string | undefined, title: string): string {
    let last = name;
    if (last === undefined) {
      const ordinal = (this.#childrenNamed.get(title) ?? 0) + 1;
      this.#childrenNamed.set(title, ordinal);
      last = `${title}-${ordinal}`;
    }
    return this.path === '' ? last : `${this.path}/${last}`;
  }

  /** Calls back once, with the reason, when the incarnation that is alive now has ended. */
  whenEnded(ended: (reason: ExitReason) => void): void {
    this.endWaiters.push(ended);
  }
}
