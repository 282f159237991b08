import type { ActorRef, ActorSystem, AnyChild, App, ChildOptions, ChildRef, Child, SupervisorSpec, SystemEvents } from '../../index.ts';
import { actor, child, createSystem, run, supervisor } from '../../index.ts';
import { ManualClock } from '../../testing/index.ts';

interface Role {
  readonly log: string[];
  /** Who plays which role. */
  readonly selves?: Map<string, ActorRef<object>>;
  readonly label: string;
  /** Runs in `init`, with the number of the start. What it returns is waited for; `'ignore'` ignores the start. */
  readonly start?: (nth: number) => unknown;
  readonly stop?: () => unknown;
}

/** Local only: its input may hold functions. It writes down what happens to it. */
export const Player = actor({
  name: 'player',
  async init(input: Role, ctx): Promise<Role> {
    const nth = input.log.filter((entry) => entry === `start ${input.label}`).length + 1;
    input.log.push(`start ${input.label}`);
    input.selves?.set(input.label, ctx.self.as(Player));
    if (await input.start?.(nth) === 'ignore') return ctx.ignore();
    return input;
  },
  handlers: {
    crash(): never { throw new Error('crash'); },
    end(ctx) { ctx.stop(); },
    incarnation: (ctx) => ctx.incarnation,
    echo: (_ctx, text: string) => text,
  },
  async stop({ state }, reason) {
    state.log.push(reason.kind === 'shutdown' ? `stop ${state.label}` : `${reason.kind} ${state.label}`);
    await state.stop?.();
  },
});

type PlayerOptions = ChildOptions<'local'> & Pick<Role, 'start' | 'stop'>;
/** Chance without chance: every delay is the longest. */
const random = { next: () => 1 - Number.EPSILON, id: () => 'id' };

/** A tree under a manual clock, and what happens in it. */
export class Stage implements AsyncDisposable {
  readonly log: string[] = [];
  readonly clock = new ManualClock();
  readonly system: ActorSystem = createSystem({ clock: this.clock, random });
  readonly restarts: SystemEvents['restarting'][] = [];
  readonly stopped: string[] = [];
  readonly selves = new Map<string, ActorRef<object>>();
  #seen = 0;

  constructor() {
    this.system.events.on('restarting', (event) => this.restarts.push(event));
    this.system.events.on('stopped', ({ actor: path }) => this.stopped.push(path));
  }

  run<C extends Record<string, AnyChild>>(spec: SupervisorSpec<C>): Promise<App<C>> {
    return run(supervisor<C>({ name: 'app', ...spec }), { system: this.system, log: false, signals: false });
  }

  player(label: string, options: { start?: (nth: number) => unknown; stop?: () => unknown; also?: object } = {}): Child<typeof Player> {
    const { start, stop, also = {} } = options;
    const input = { log: this.log, selves: this.selves, label, ...start && { start }, ...stop && { stop } };
    return child(Player, { input, ...also } as PlayerOptions & { input: Role });
  }

  /** Takes what has happened since the last look. */
  seen(): string[] {
    const seen = this.log.slice(this.#seen);
    this.#seen = this.log.length;
    return seen;
  }

  /** Lets everything happen that needs no time. */
  async settle(): Promise<void> {
    await this.clock.advance(0);
  }

  async crash(...players: readonly ChildRef<typeof Player>[]): Promise<void> {
    for (const player of players) player.tell.crash();
    await this.settle();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.kill();
  }
}
