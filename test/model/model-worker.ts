import type { Life, Outcome, World } from './model-world.ts';
import type { Cancel } from './virtual-time.ts';
import type { WorkerPlan } from './plan.ts';

/** One incarnation of a worker. */
export class WorkerLife implements Life {
  readonly #world: World;
  readonly #path: string;
  readonly #plan: WorkerPlan;
  readonly #exited: (life: Life, reason: string) => void;
  readonly #whenOver: (() => void)[] = [];
  #status: 'starting' | 'up' | 'leaving' | 'stopping' | 'over' = 'starting';
  #cancel: Cancel = () => {};
  #settled: (outcome: Outcome) => void = () => {};

  constructor(world: World, path: string, plan: WorkerPlan, exited: (life: Life, reason: string) => void) {
    this.#world = world;
    this.#path = path;
    this.#plan = plan;
    this.#exited = exited;
  }

  get isUp(): boolean { return this.#status === 'up'; }

  get isAlive(): boolean { return this.#status !== 'over'; }
  get isThere(): boolean { return this.isAlive; }

  get snapshot(): unknown { return this.#status; }

  start(settled: (outcome: Outcome) => void): void {
    const incarnation = this.#world.begin(this.#path, this);
    this.#settled = settled;
    this.#world.tell(this.#path, { what: 'began', incarnation });
    switch (this.#world.nextFault(this.#path)) {
      case undefined:
        this.#status = 'up';
        this.#world.tell(this.#path, { what: 'started', incarnation });
        settled('up');
        break;
      case 'fails':
        this.#over();
        this.#world.abandon(this.#path);
        settled('failed');
        break;
      case 'ignores':
        this.#over();
        settled('ignored');
        break;
      case 'hangs':
        this.#cancel = this.#world.time.after(this.#plan.startMs, this.#path, () => {
          this.#over();
          this.#world.abandon(this.#path);
          settled('late');
        });
    }
  }

  shutdown(limitMs: number, over: () => void): void {
    switch (this.#status) {
      case 'over':
        over();
        break;
      case 'starting':
        this.#over();
        this.#world.abandon(this.#path);
        over();
        break;
      case 'stopping':
        this.#whenOver.push(over);
        break;
      case 'leaving':
        this.#whenOver.push(over);
        if (limitMs === 0) this.#end('killed');
        else this.#world.time.after(limitMs, this.#path, () => { if (this.#status !== 'over') this.#end('killed'); });
        break;
      case 'up': {
        this.#whenOver.push(over);
        this.#status = 'stopping';
        const isInTime = limitMs > 0 && this.#plan.stopMs <= limitMs;
        const ms = isInTime ? this.#plan.stopMs : limitMs;
        const end = (): void => this.#end(isInTime ? 'shutdown' : 'killed');
        if (ms === 0) end();
        else this.#cancel = this.#world.time.after(ms, this.#path, end);
      }
    }
  }

  leave(limitMs: number): void {
    const { stopMs } = this.#plan;
    this.#status = 'leaving';
    const leave = (): void => this.die(stopMs <= limitMs ? 'normal' : 'killed');
    if (stopMs === 0) leave();
    else this.#cancel = this.#world.time.after(Math.min(stopMs, limitMs), this.#path, leave);
  }

  die(reason: string): void {
    if (this.#status === 'up' || this.#status === 'leaving') {
      this.#end(reason);
      this.#exited(this, reason);
    } else if (this.#status === 'stopping') {
      this.#end(reason);
    } else {
      if (this.#status === 'starting') this.#world.abandon(this.#path);
      this.#over();
    }
  }

  lose(): void {
    const wasStarting = this.#status === 'starting';
    this.loseWithAbove();
    if (wasStarting) this.#settled('failed');
  }

  loseWithAbove(): void {
    this.die('host_down');
  }

  #end(reason: string): void {
    this.#world.tell(this.#path, { what: 'ended', reason });
    this.#over();
  }

  #over(): void {
    this.#cancel();
    this.#status = 'over';
    for (const over of this.#whenOver.splice(0)) over();
  }
}
