import type { ActorRef } from '../core/actor-ref.ts';
import type { Cancel } from '../core/clock.ts';
import type { ChildExit } from '../core/child-slots.ts';
import type { ChildPlan } from './plan.ts';

/** One child of a running supervisor. */
export class RunningChild {
  readonly key: string;
  readonly plan: ChildPlan;
  readonly ref: ActorRef<object>;
  /** `restarting`: it waits for its restart, or is in it. One that a restart has stopped is `stopped` until its turn comes. */
  status: 'running' | 'stopping' | 'stopped' | 'restarting';
  /** Its end, until it is decided about. */
  exit: ChildExit | undefined;
  /** By whom its next incarnation is asked for: what is told of its end from now on is that one's. */
  starting: symbol | undefined;
  /** Restarts in a row, without having been up for the window in between. */
  attempts = 0;
  /** The restarts that its own budget counts, newest first. */
  restarts: readonly number[] = [];
  /** `Infinity`: it isn't up. */
  upSinceMs: number;
  /** What is about to happen to it, and to others with it. */
  #round: symbol | undefined;
  #endWait: (() => void) | undefined;

  constructor(key: string, plan: ChildPlan, ref: ActorRef<object>, isUp: boolean, nowMs: number) {
    this.key = key;
    this.plan = plan;
    this.ref = ref;
    this.status = isUp ? 'running' : 'stopped';
    this.upSinceMs = isUp ? nowMs : Infinity;
  }

  get isSignificant(): boolean { return this.plan.isSignificant; }
  get isAlive(): boolean { return this.status !== 'stopped'; }
  get restart(): ChildPlan['restart'] { return this.plan.restart; }

  /** It is up no more: one that was up for the whole window begins anew, its next restart follows at once. */
  goesDown(nowMs: number, windowMs: number): void {
    if (nowMs - this.upSinceMs >= windowMs) this.attempts = 0;
    this.upSinceMs = Infinity;
  }

  /** Whoever was about to do something with it leaves that to `round`. What it has told of its end is no news any more. */
  claim(round: symbol): void {
    this.#endWait?.();
    this.#endWait = undefined;
    this.#round = round;
    this.exit = undefined;
  }

  isOf(round: symbol): boolean { return this.#round === round; }

  /** Resolves when its wait for a restart is over, or somebody else claims it. */
  waits(alarm: (run: () => void) => Cancel): Promise<void> {
    return new Promise((resolve) => {
      const cancel = alarm(resolve);
      this.#endWait = () => {
        cancel();
        resolve();
      };
    });
  }
}
