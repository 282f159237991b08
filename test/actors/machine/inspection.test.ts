import { SimulatedClock, assign, createActor, createMachine, fromCallback, fromPromise, setup, stopChild } from 'xstate';
import { createInspector, type StatelyInspectionEvent } from '@statelyai/inspect';
import { expect, expectTypeOf, it } from 'vitest';
import { setTimeout as after } from 'node:timers/promises';
import type { AnyActorLogic, AnyActorRef } from 'xstate';
import type { Inspected } from '../../../actors/machine/inspection.ts';
import { MachineKit } from '../../support/machine-kit.ts';

const DAY_MS = 86_400_000;

/** An event, or that time goes by. */
type Step = { readonly type: string } | { readonly ms: number };

const nested = setup({
  actors: { telling: fromPromise(async () => ({ text: 'told' })) },
}).createMachine({
  id: 'nested',
  initial: 'waiting',
  states: { waiting: { invoke: { id: 'telling', src: 'telling', onDone: 'over' } }, over: { tags: ['quiet'] } },
});

/** Has children of every kind, one of which fails, and a context that isn't plain data. */
const office = setup({
  types: {
    context: {} as { papers: unknown; error: unknown; nameless: AnyActorRef | undefined },
    events: {} as { type: 'work' | 'ring' | 'rest' | 'leave' },
  },
  actors: {
    nested,
    bell: fromCallback(({ sendBack, receive }) => { receive(() => sendBack({ type: 'ring' })); }),
    failing: fromPromise(async () => { throw new Error('as told'); }),
  },
  actions: {
    hire: assign({ nameless: ({ spawn }) => spawn('nested') }),
    dismiss: stopChild(({ context }) => context.nameless as AnyActorRef),
  },
  guards: { always: () => true },
}).createMachine({
  id: 'office',
  context: () => ({ papers: papers(), error: undefined, nameless: undefined }),
  initial: 'idle',
  meta: { room: [1, { floor: 2 }] },
  states: {
    idle: { on: { work: { target: 'working', guard: 'always', actions: 'hire' } } },
    working: {
      exit: 'dismiss',
      on: { ring: { actions: ({ self }) => self.id }, rest: 'resting' },
      initial: 'trying',
      invoke: [{ id: 'inner', src: 'nested' }, { id: 'bell', src: 'bell' }],
      states: {
        trying: { invoke: { id: 'failing', src: 'failing', onError: { target: 'failed', actions: assign({ error: ({ event }) => event.error }) } } },
        failed: { after: { [DAY_MS]: 'given up' } },
        'given up': {},
      },
    },
    resting: { on: { leave: 'left' } },
    left: { type: 'final' },
  },
  output: { at: 'left' },
});

const STEPS: readonly Step[] = [{ type: 'work' }, { type: 'ring' }, { ms: DAY_MS }, { type: 'rest' }, { type: 'leave' }];

function papers(): unknown {
  const circle: Record<string, unknown> = { of: 'itself' };
  circle['again'] = [circle];
  return {
    circle, error: new Error('as told'), named: papers, list: [12n, () => 1, Symbol('none'), undefined, Number.NaN, -0, []], date: new Date(0),
    symbol: Symbol('none'), missing: undefined, map: new Map([[1, 2]]), bytes: new Uint8Array([1, 2]), odd: JSON.parse('{ "__proto__": 1 }'),
    objects: deep(20, (inner) => ({ inner, none: {}, empty: [] })), lists: deep(20, (inner) => [inner, [], {}]),
  };
}

function deep(levels: number, wrap: (inner: unknown) => unknown): unknown {
  let whole: unknown = 'the bottom';
  for (let level = 0; level < levels; level++) whole = wrap(whole);
  return whole;
}

/** What `ask.inspect()` tells until the machine is done. */
async function ours(logic: AnyActorLogic, steps: readonly Step[]): Promise<StatelyInspectionEvent[]> {
  await using machine = await MachineKit.of(logic);
  const reports = machine.ref.with({ timeout: Infinity }).ask.inspect();
  const all = (async () => {
    const told: StatelyInspectionEvent[] = [];
    for await (const report of reports) told.push(report);
    return told;
  })();
  await machine.kit.idle();
  for (const step of steps) {
    if ('type' in step) await machine.send(step);
    else await machine.kit.clock.advance(step.ms);
    await machine.kit.idle();
  }
  return machine.until(all);
}

/** What an inspector makes of the same machine, run by XState. */
async function theirs(logic: AnyActorLogic, steps: readonly Step[]): Promise<StatelyInspectionEvent[]> {
  const told: StatelyInspectionEvent[] = [];
  const { inspect } = createInspector({ send: (report) => { told.push(report); } });
  const clock = new SimulatedClock();
  const root = createActor(logic, { inspect, clock }).start();
  // The first turn is behind all that follows at once, the second behind the timers by which it is told.
  const idle = async (): Promise<void> => { for (let turn = 0; turn < 2; turn++) await after(0); };
  await idle();
  for (const step of steps) {
    if ('type' in step) root.send(step);
    else clock.increment(step.ms);
    await idle();
  }
  return told;
}

/** What is told of each actor in its order, with names in place of session ids, and without what no two runs have in common. */
function byActor(reports: readonly StatelyInspectionEvent[]): Record<string, unknown[]> {
  const actors = new Map(reports.flatMap((report) => report.type === '@xstate.actor' ? [[report.sessionId, report]] : []));
  const pathOf = (sessionId: string): string => {
    const actor = actors.get(sessionId);
    return actor?.parentId === undefined ? `${actor?.name}` : `${pathOf(actor.parentId)}/${actor.name}`;
  };
  const named = (report: object): unknown => {
    let text = JSON.stringify(report);
    for (const sessionId of actors.keys()) {
      // Ours begin with the path of the machine's actor; who has no id of his own has the rest for one.
      for (const id of [sessionId, sessionId.slice(sessionId.indexOf('/') + 1)]) text = text.replaceAll(`"${id}"`, JSON.stringify(pathOf(sessionId)));
    }
    return JSON.parse(text);
  };
  const told: Record<string, unknown[]> = {};
  for (const report of reports) {
    const common = { ...report, fields: Object.keys(report).toSorted(), id: 'any', createdAt: 'then' };
    // The snapshot that an inspector shows an actor with is of some time after it began.
    const whole = report.type === '@xstate.actor' ? { ...common, definition: JSON.parse(report.definition ?? ''), snapshot: 'any' } : common;
    (told[pathOf(report.sessionId)] ??= []).push(named(whole));
  }
  return told;
}

it('is what an inspector takes, by its type', () => {
  expectTypeOf<Inspected>().toExtend<StatelyInspectionEvent>();
});

it('tells of each actor what an inspector is told by XState', async () => {
  const [here, there] = [await ours(office, STEPS), await theirs(office, STEPS)];
  const [first] = here;
  // The machine had begun when it was asked: its start is in what it is shown as first.
  const sinceStart = there.filter((report) => report.sessionId !== report.rootId || !('event' in report) || report.event.type !== 'xstate.init');

  expect(byActor(here)).toEqual(byActor(sinceStart));
  expect(first).toMatchObject({ name: 'office', snapshot: there.find((report) => report.type === '@xstate.snapshot')?.snapshot });
  expect(Object.keys(byActor(here)).toSorted()).toEqual([
    'office', 'office/bell', 'office/failing', 'office/inner', 'office/inner/telling', 'office/nested', 'office/nested/telling',
  ]);
});

it('shows a child that is just beginning as active', async () => {
  const children = (await ours(office, STEPS)).filter((report) => report.type === '@xstate.actor').slice(1);

  expect(children.map(({ snapshot }) => snapshot)).toEqual(Array.from({ length: 6 }, () => ({ status: 'active' })));
});

/** What can't be read, each in its own way. */
function hostile(): Record<string, unknown> {
  const fail = (): never => { throw new Error('looked at'); };
  const endless = { toJSON: () => ({ again: endless }) };
  const revoked = Proxy.revocable([], {});
  revoked.revoke();
  return {
    fine: 'fine', get getter(): unknown { return fail(); }, json: { toJSON: fail }, keys: new Proxy({}, { ownKeys: fail }), revoked: revoked.proxy,
    list: [{ get toJSON(): unknown { return fail(); } }, 1], named: Object.defineProperty(() => undefined, 'name', { get: fail }), huge: 2n ** 70n,
    endless, bottomless: deep(100_000, (inner) => ({ inner })),
  };
}

it('has a short text in place of what can\'t be read, and the machine goes on', async () => {
  await using machine = await MachineKit.of(createMachine({
    id: 'hostile',
    context: () => ({ papers: hostile() }),
    meta: hostile(),
    initial: 'one',
    states: { one: { on: { go: 'other' } }, other: {} },
  }));
  const reports = machine.ref.ask.inspect();
  const actor = (await machine.until(reports.next())).value as Inspected & { type: '@xstate.actor' };
  await machine.send({ type: 'go' });
  const event = (await machine.until(reports.next())).value;
  const state = (await machine.until(reports.next())).value as Inspected & { type: '@xstate.snapshot' };

  const unreadable = '[Unreadable]';
  const shown = {
    fine: 'fine', getter: unreadable, json: unreadable, keys: unreadable, revoked: unreadable, list: [unreadable, 1], named: unreadable,
    huge: '1180591620717411303424',
  };
  expect(actor.snapshot).toMatchObject({ value: 'one', context: { papers: shown } });
  expect(JSON.parse(actor.definition)).toMatchObject({ id: 'hostile', meta: shown });
  expect(event).toMatchObject({ event: { type: 'go' } });
  expect(state.snapshot).toMatchObject({ value: 'other', context: { papers: { ...shown, endless: { again: {} }, bottomless: { inner: {} } } } });
  expect(machine.failure).toBe(undefined);
  await machine.until(Promise.resolve(reports.return?.()));
});
