/*
 * What the compiler infers of machines, pinned: this file is part of `tsc --noEmit`, and nothing here runs.
 */
import { fromCallback, fromPromise, fromTransition, sendTo, setup } from 'xstate';
import { expectTypeOf } from 'vitest';
import type { ActorRef, MachineState, RefOf, Stream } from '../../index.ts';
import { child, eventTarget, machine, spawn, supervisor } from '../../index.ts';

interface Go { type: 'go'; to: number }
interface Reply { type: 'reply'; with: () => void }

const chart = setup({
  types: {
    context: {} as { at: number; since: Date; names: Map<string, number> },
    events: {} as Go | Reply | { type: 'halt' },
    input: {} as { at: number },
    tags: {} as 'calm' | 'busy',
    output: {} as string,
    emitted: {} as { type: 'bell' },
  },
}).createMachine({
  initial: 'idle',
  context: ({ input }) => ({ at: input.at, since: new Date(), names: new Map() }),
  states: { idle: { tags: ['calm'], initial: 'left', states: { left: {}, right: {} } }, moving: {} },
  output: 'done',
});
const Chart = machine(import.meta, chart, { name: 'chart' });
const Half = machine(import.meta, fromPromise(async ({ input }: { input: { of: number } }) => input.of / 2), { name: 'half' });
const Sum = machine(import.meta, fromTransition((sum: { n: number }, event: { type: 'add'; by: number }) => ({ n: sum.n + event.by }), { n: 0 }), { name: 'sum' });
const Bell = machine(import.meta, fromCallback<{ type: 'ring' }>(() => undefined), { name: 'bell' });

export async function whatAMachineAnswers(ref: RefOf<typeof Chart>): Promise<void> {
  const { value, context, tags, output } = await ref.ask.snapshot();
  expectTypeOf(value).toEqualTypeOf<'moving' | { idle: 'left' | 'right' }>();
  expectTypeOf(context.at).toEqualTypeOf<number>();
  expectTypeOf(context.since).toEqualTypeOf<Date>();
  expectTypeOf(context.names).toEqualTypeOf<Map<string, number>>();
  expectTypeOf(tags).toEqualTypeOf<readonly ('calm' | 'busy')[]>();
  expectTypeOf(output).toEqualTypeOf<string | undefined>();
  expectTypeOf(await ref.ask.output()).toEqualTypeOf<string>();
  expectTypeOf(ref.ask.emitted()).toEqualTypeOf<Stream<{ type: 'bell' }>>();
  expectTypeOf(ref.ask.changes()).toEqualTypeOf<Stream<MachineState<typeof chart>>>();
  expectTypeOf(ref.ask.can({ type: 'halt' })).toEqualTypeOf<Promise<boolean>>();
}

export async function whatIsSent(ref: RefOf<typeof Chart>): Promise<void> {
  expectTypeOf(ref.tell.send({ type: 'go', to: 1 })).toEqualTypeOf<boolean>();
  // @ts-expect-error -- no such event
  ref.tell.send({ type: 'run' });
  // @ts-expect-error -- a part of it is missing
  ref.tell.send({ type: 'go' });
  // @ts-expect-error -- a function cannot leave its thread
  ref.tell.send({ type: 'reply', with: () => undefined });
  await ref.ask.waitFor('moving');
  await ref.ask.waitFor({ idle: 'left' }, '1m');
  await ref.ask.waitFor({ tags: ['calm', 'busy'] });
  // @ts-expect-error -- no such state
  await ref.ask.waitFor('flying');
  // @ts-expect-error -- no such tag
  await ref.ask.waitFor({ tags: ['hot'] });
}

export async function howAMachineIsStarted(ref: RefOf<typeof Chart>): Promise<void> {
  await spawn(Chart, { input: { at: 1 }, host: 'thread' });
  await spawn(Chart, { snapshot: await ref.ask.snapshot({ full: true }) });
  // @ts-expect-error -- it needs an input, or a snapshot
  await spawn(Chart);
  // @ts-expect-error -- not that one
  await spawn(Chart, { input: { at: 'home' } });
  // @ts-expect-error -- of another machine
  await spawn(Sum, { snapshot: await ref.ask.snapshot({ full: true }) });
  supervisor({ children: { chart: child(Chart, { input: { at: 1 } }), sum: child(Sum) } });
  // @ts-expect-error -- it needs an input
  child(Chart);
}

export async function whatOtherLogicAnswers(): Promise<void> {
  expectTypeOf(await (await spawn(Half, { input: { of: 3 } })).ask.output()).toEqualTypeOf<number>();
  const sum = await spawn(Sum);
  sum.tell.send({ type: 'add', by: 1 });
  expectTypeOf((await sum.ask.snapshot()).context).toEqualTypeOf<{ readonly n: number }>();
  expectTypeOf((await sum.ask.snapshot()).value).toEqualTypeOf<undefined>();
  (await spawn(Bell)).tell.send({ type: 'ring' });
}

export const Sender = setup({
  types: { context: {} as { chart: RefOf<typeof Chart>; log: ActorRef<{ send(event: { type: 'line' }): void }> } },
}).createMachine({
  context: { chart: null as never, log: null as never },
  entry: [
    sendTo(({ context }) => eventTarget(context.chart), { type: 'go', to: 1 }),
    sendTo(({ context }) => eventTarget(context.log), { type: 'line' }),
    // @ts-expect-error -- no such event
    sendTo(({ context }) => eventTarget(context.log), { type: 'page' }),
  ],
});
