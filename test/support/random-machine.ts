import type { AnyStateMachine } from 'xstate';
import { assign, cancel, enqueueActions, raise, setup } from 'xstate';

export const EVENTS = ['a', 'b', 'c', 'd.one', 'd.two'] as const;

export interface RandomEvent { readonly type: typeof EVENTS[number] | 'late' | 'again'; readonly by: number }

export interface RandomContext {
  readonly n: number;
  /** What a machine may do by itself: it comes to rest when there is none. */
  readonly fuel: number;
}

/** A number in [0, below). */
export type Draw = (below: number) => number;

/** Numbers that a seed decides. */
export function drawFrom(seed: number): Draw {
  let state = (seed + 0x9e3779b9) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

export function randomEvent(draw: Draw): RandomEvent {
  return { type: EVENTS[draw(EVENTS.length)] as RandomEvent['type'], by: draw(10) };
}

interface Options {
  /** Told by its actions, in the order in which they run. */
  readonly note: (label: string) => void;
  readonly hasDelays?: boolean;
}

/** Whatever a chart can have: states in states, next to each other, final ones, histories, guards, and all kinds of transitions. */
export function randomMachine(draw: Draw, { note, hasDelays = false }: Options): AnyStateMachine {
  const base = setup({
    types: { context: {} as RandomContext, events: {} as RandomEvent },
    actions: {
      note: (_, { label }: { label: string }) => { note(label); },
      change: assign({ n: ({ context }, { by }: { by: number }) => (context.n * 7 + by) % 101 }),
      take: assign({ n: ({ context, event }) => (context.n + (event.by ?? 1)) % 101 }),
    },
    guards: {
      divides: ({ context }, { by }: { by: number }) => context.n % by === 0,
      small: ({ event }) => event.by < 5,
      throws: ({ context }) => {
        if (context.n === 13) throw new Error('unlucky');
        return context.n % 2 === 0;
      },
      hasFuel: ({ context }) => context.fuel > 0,
    },
  });
  const chart = new RandomChart(draw, hasDelays);
  return base.createMachine(chart.make() as never) as unknown as AnyStateMachine;
}

type Config = Record<string, unknown>;

class RandomChart {
  readonly #draw: Draw;
  readonly #hasDelays: boolean;
  readonly #ids: string[] = [];
  /** What is filled in when all states are known. */
  readonly #later: (() => void)[] = [];

  constructor(draw: Draw, hasDelays: boolean) {
    this.#draw = draw;
    this.#hasDelays = hasDelays;
  }

  make(): Config {
    const root = this.#state(0, this.#is(5) ? 'parallel' : 'compound');
    for (const fill of this.#later) fill();
    return { ...root, context: { n: this.#draw(50), fuel: 3 }, options: { maxIterations: 20 } };
  }

  /** One time in so many. */
  #is(in_: number): boolean { return this.#draw(in_) === 0; }

  #some<T>(all: readonly T[]): T { return all[this.#draw(all.length)] as T; }

  #state(depth: number, kind: 'atomic' | 'compound' | 'parallel' | 'final' | 'history'): Config {
    const id = `s${this.#ids.length}`;
    const config: Config = { id };
    this.#ids.push(id);
    if (kind === 'history') {
      Object.assign(config, { type: 'history', history: this.#is(2) ? 'deep' : 'shallow' });
      return config;
    }
    if (this.#is(3)) config['tags'] = [this.#some(['red', 'green', 'blue'])];
    if (kind === 'final') {
      Object.assign(config, { type: 'final', entry: this.#actions(), output: id });
      return config;
    }
    const children = kind === 'atomic' ? [] : Array.from({ length: 2 + this.#draw(2) }, (_, i) => `${id}_${i}`);
    if (kind === 'parallel') config['type'] = 'parallel';
    if (kind === 'compound') config['initial'] = children[0];
    if (children.length > 0) {
      config['states'] = Object.fromEntries(children.map((key, i) => [key, this.#state(depth + 1, this.#kindOf(depth, kind, i))]));
    }
    this.#later.push(() => this.#fill(config, children, depth));
    return config;
  }

  #kindOf(depth: number, parent: string, place: number): 'atomic' | 'compound' | 'parallel' | 'final' | 'history' {
    if (parent === 'compound' && place > 0 && this.#is(5)) return 'history';
    if (parent === 'compound' && place > 0 && this.#is(depth === 0 ? 8 : 4)) return 'final';
    if (depth > 1 || this.#draw(5) < 3) return 'atomic';
    return this.#is(3) ? 'parallel' : 'compound';
  }

  #fill(config: Config, children: readonly string[], depth: number): void {
    config['entry'] = this.#actions();
    config['exit'] = this.#actions();
    const on: Config = {};
    for (const type of [...EVENTS, 'd.*', 'late', 'again']) {
      if (this.#is(3)) on[type] = Array.from({ length: 1 + this.#draw(2) }, () => this.#transition(children, depth));
    }
    // It stands for XState's own events, too: what they bring about would have no end.
    if (this.#is(3)) on['*'] = { ...this.#transition(children, depth), guard: 'small' };
    config['on'] = on;
    if (this.#is(6)) {
      config['always'] = this.#withFuel(children, depth);
    }
    if (children.length > 0 && this.#is(2)) config['onDone'] = this.#withFuel(children, depth);
    // XState enters a root anew that it has not left: a delay of it would run twice.
    if (this.#hasDelays && depth > 0 && this.#is(3)) config['after'] = { [1 + this.#draw(30)]: this.#transition(children, depth) };
  }

  #transition(children: readonly string[], depth: number): Config {
    const guard = this.#some([undefined, undefined, { type: 'divides', params: { by: 2 + this.#draw(3) } }, 'small', ...depth > 1 && this.#is(8) ? ['throws'] : []]);
    return {
      ...guard === undefined ? {} : { guard },
      ...this.#is(4) ? {} : { target: this.#target(children) },
      ...this.#is(4) ? { reenter: true } : {},
      actions: this.#actions(),
    };
  }

  /** One that the machine makes by itself. */
  #withFuel(children: readonly string[], depth: number): Config {
    return { ...this.#transition(children, depth), guard: 'hasFuel', actions: [burn, ...this.#actions()] };
  }

  #target(children: readonly string[]): string {
    return children.length > 0 && this.#is(3) ? `.${this.#some(children)}` : `#${this.#some(this.#ids)}`;
  }

  #actions(): unknown[] {
    return Array.from({ length: Math.max(0, this.#draw(4) - 1) }).flatMap(() => {
      switch (this.#draw(this.#hasDelays ? 7 : 5)) {
        case 0: return { type: 'change', params: { by: this.#draw(20) } };
        case 1: return 'take';
        case 2: return raiseIfPossible(this.#some(EVENTS));
        // XState forgets the first of two with the same id, without an end to it.
        case 5: return raiseLater(1 + this.#draw(20), this.#some(['x', 'y']));
        case 6: return cancel(this.#some(['x', 'y']));
        default: return { type: 'note', params: { label: `${this.#draw(1_000)}` } };
      }
    });
  }
}

const burn = assign({ fuel: ({ context }: { context: RandomContext }) => context.fuel - 1 });

/** The machine goes on by itself, as long as it has fuel. */
function raiseIfPossible(type: RandomEvent['type']): unknown {
  return enqueueActions<RandomContext, RandomEvent, undefined, RandomEvent, never, never, never, never, never>(({ context: { fuel }, enqueue }) => {
    if (fuel === 0) return;
    enqueue.assign({ fuel: fuel - 1 });
    enqueue.raise({ type, by: fuel });
  });
}

function raiseLater(delay: number, id: string): unknown[] {
  return [cancel(id), raise<RandomContext, RandomEvent, RandomEvent, undefined, string, string>({ type: id === 'x' ? 'late' : 'again', by: 3 }, { delay, id })];
}
