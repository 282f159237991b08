import { expect } from 'vitest';
import type { AnyMachineSnapshot } from 'xstate';
import { initialTransition, transition } from 'xstate';
import type { ActorCrashedError } from '../../index.ts';
import { createSystem, machine } from '../../index.ts';
import { drawFrom, randomEvent, randomMachine } from './random-machine.ts';

/** With each machine. */
const SEQUENCES = 10;
const EVENTS = 5;

type Executed = readonly { readonly type: string; readonly params: unknown }[];

/** What XState says of a machine, event by event. */
class Expected {
  readonly #logic;
  #snapshot: AnyMachineSnapshot;
  readonly notes: string[] = [];

  constructor(logic: ReturnType<typeof randomMachine>) {
    this.#logic = logic;
    const [snapshot, actions] = initialTransition(logic);
    this.#snapshot = snapshot;
    this.#note(actions);
    this.#throwError();
  }

  get isActive(): boolean { return this.#snapshot.status === 'active'; }

  take(event: ReturnType<typeof randomEvent>): void {
    const [snapshot, actions] = transition(this.#logic, this.#snapshot, event);
    this.#snapshot = snapshot;
    this.#note(actions);
    this.#throwError();
  }

  get state(): unknown {
    const { status, value, context, tags, output, error } = this.#snapshot as AnyMachineSnapshot & { readonly tags: ReadonlySet<string>; readonly output: unknown };
    return { status, output, error, value, context, tags: [...tags] };
  }

  #throwError(): void {
    if (this.#snapshot.status === 'error') throw this.#snapshot.error;
  }

  #note(actions: Executed): void {
    for (const { type, params } of actions) if (type === 'note') this.notes.push((params as { label: string }).label);
  }
}

function attempt<T>(what: () => T): { readonly value: T } | { readonly error: Error } {
  try {
    return { value: what() };
  } catch (error) {
    return { error: error as Error };
  }
}

/** Much faster than an expectation, of which there would be very many. */
function same(seen: unknown, expected: unknown, where: string): void {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) expect(seen, where).toEqual(expected);
}

/** Sends the same events to actors of so many random machines, and through XState's own transitions: ten sequences to each machine. */
export async function compareSequences(machines: number): Promise<void> {
  await using system = createSystem({ log: false });
  const counts = { events: 0, done: 0, crashed: 0, changed: 0 };
  for (let seed = 1; seed <= machines; seed++) {
    const draw = drawFrom(seed);
    const notes: string[] = [];
    const logic = randomMachine(draw, { note: (label) => { notes.push(label); } });
    const Random = machine(import.meta, logic, { name: `random-${seed}`, whenDone: 'stay' });
    for (let sequence = 0; sequence < SEQUENCES; sequence++) {
      const where = `machine ${seed}, sequence ${sequence}`;
      notes.length = 0;
      const began = attempt(() => new Expected(logic));
      const spawned = await system.spawn(Random, { input: undefined as never }).catch((error: Error) => error);
      if ('error' in began || spawned instanceof Error) {
        expect((spawned as Error).cause, where).toMatchObject({ message: 'error' in began ? began.error.message : '' });
        counts.crashed++;
        continue;
      }
      const expected = began.value;
      same(await spawned.ask.snapshot(), expected.state, where);
      for (let i = 0; i < EVENTS; i++) {
        const event = randomEvent(draw);
        const before = JSON.stringify(expected.state);
        const taken = attempt(() => { if (expected.isActive) expected.take(event); });
        counts.events++;
        if ('error' in taken) {
          const failed = await spawned.ask.send(event as never).catch((error: ActorCrashedError) => error);
          expect((failed as ActorCrashedError).cause, where).toEqual(taken.error);
          counts.crashed++;
          break;
        }
        spawned.tell.send(event);
        same(await spawned.ask.snapshot(), expected.state, `${where}, event ${i}: ${JSON.stringify(event)}`);
        same(notes, expected.notes, where);
        if (JSON.stringify(expected.state) !== before) counts.changed++;
      }
      if (!expected.isActive) counts.done++;
      await spawned.stop().catch(() => undefined);
    }
  }
  // Enough of everything has happened.
  expect(counts.changed).toBeGreaterThan(counts.events / 4);
  expect(counts.done).toBeGreaterThan(machines / 5);
  expect(counts.crashed).toBeGreaterThan(machines / 10);
}
