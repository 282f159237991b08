import type { ActorSystem } from '../../index.ts';
import type { Fact, Fault } from './plan.ts';

type Told = Fact extends infer F ? F extends Fact ? Omit<F, 'at' | 'actor'> : never : never;

/** What a real run shows, as facts: its events, and what its workers say of themselves. */
export class Recording {
  readonly #now: () => number;
  readonly #facts: Fact[] = [];
  readonly #faults = new Map<string, Fault[]>();
  /** The last message that each has had. */
  readonly #lastNotes = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  listenTo({ events }: ActorSystem): void {
    events.on('started', ({ actor, incarnation }) => {
      this.#alive.set(actor, incarnation);
      this.tell(actor, { what: 'started', incarnation });
    });
    events.on('crashed', ({ actor, reason }) => {
      this.#alive.delete(actor);
      this.tell(actor, { what: 'ended', reason: reason.kind, ...reason.kind === 'intensity' ? { child: reason.child } : {} });
    });
    events.on('stopped', ({ actor }) => {
      this.#alive.delete(actor);
      this.tell(actor, { what: 'removed' });
    });
    events.on('restarting', ({ actor, reason, restarts, budgetLeft, delayMs }) => {
      if (budgetLeft < 0) this.broken.push(`${actor}: restart ${restarts} is beyond the budget`);
      this.tell(actor, { what: 'restarting', reason: reason.kind, restarts, budgetLeft, delayMs });
    });
  }

  tell(actor: string, told: Told): void {
    this.#facts.push({ at: this.#now(), actor, ...told });
  }

  /** What has become visible since the last call. */
  take(): readonly Fact[] {
    return this.#facts.splice(0);
  }

  plant(worker: string, faults: readonly Fault[]): void {
    this.#faults.set(worker, [...faults]);
  }

  /** What was promised of every run, and not kept. */
  readonly broken: string[] = [];
  readonly #alive = new Map<string, number>();

  // Of workers

  began(path: string, incarnation: number): Fault | undefined {
    const before = this.#alive.get(path);
    if (before !== undefined) this.broken.push(`${path}: incarnation ${incarnation} began while ${before} lived`);
    this.tell(path, { what: 'began', incarnation });
    return this.#faults.get(path)?.shift();
  }

  noted(path: string, n: number): void {
    const last = this.#lastNotes.get(path) ?? 0;
    if (n <= last) this.broken.push(`${path}: message ${n} came after ${last}`);
    this.#lastNotes.set(path, n);
  }

  /** Abnormal ends are told by the event. */
  stopped(path: string, reason: string): void {
    this.#alive.delete(path);
    if (reason === 'normal' || reason === 'shutdown') this.tell(path, { what: 'ended', reason });
  }
}
