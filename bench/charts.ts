import { assign, createActor, fromTransition, setup } from 'xstate';
import type { ActorRef, ActorSystem } from '../index.ts';
import type { Question } from './pairs.ts';
import { machine } from '../index.ts';

const EVENTS = 100_000;
/** Between two looks at whether the machine keeps up, as `tell` asks for. */
const BURST = 1_000;

type Event = { type: 'add'; by: number };
type Adder = ActorRef<{ send(event: Event): void; can(event: Event): boolean }>;

const total = fromTransition((state: { readonly n: number }, event: Event) => ({ n: state.n + event.by }), { n: 0 });

const chart = setup({ types: { context: {} as { n: number }, events: {} as Event } }).createMachine({
  context: { n: 0 },
  initial: 'counting',
  states: { counting: { on: { add: { actions: assign({ n: ({ context, event }) => context.n + event.by }) } } } },
});

export const Total = machine(import.meta, total, { name: 'total' });
export const Chart = machine(import.meta, chart, { name: 'chart' });

/** What does a mailbox cost a state chart? */
export async function charts(system: ActorSystem): Promise<Question[]> {
  const ours = { total: await system.spawn(Total), chart: await system.spawn(Chart) };
  const theirs = { total: createActor(total).start(), chart: createActor(chart).start() };
  const sent = (to: Adder): Promise<number> => perSecond(async () => {
    for (let i = 0; i < EVENTS; i++) {
      to.tell.send({ type: 'add', by: 1 });
      if (i % BURST === BURST - 1) await to.ask.can({ type: 'add', by: 1 });
    }
  });
  const processed = (by: { send(event: Event): void }): Promise<number> => perSecond(async () => {
    for (let i = 0; i < EVENTS; i++) by.send({ type: 'add', by: 1 });
  });
  return [{
    name: 'events to a createMachine actor, beside xstate send', unit: 'events/s', goal: 0.9,
    ours: () => sent(ours.chart), theirs: () => processed(theirs.chart),
  }, {
    name: 'events to a fromTransition actor, beside xstate send', unit: 'events/s',
    ours: () => sent(ours.total), theirs: () => processed(theirs.total),
  }];
}

async function perSecond(run: () => Promise<void>): Promise<number> {
  const startedAt = performance.now();
  await run();
  return EVENTS / (performance.now() - startedAt) * 1_000;
}
