// An order: its steps are asks to actors on other hosts. When one fails, what was done is undone, in reverse order. Its context survives
// its own crashes: it goes on from where it was.

import { assign, fromPromise, setup } from 'xstate';
import { RefusedError, actor, child, dynamicSupervisor, isMain, machine, run, supervisor, type RefOf } from '../../index.ts';

/** Each takes an order by its id, and takes it back whether it has it or not: both may be said twice. */
export const Stock = actor(import.meta, {
  name: 'stock',
  init: (input: { lamps: number }) => ({ free: input.lamps, reserved: new Set<string>() }),
  handlers: {
    reserve(ctx, order: string) {
      const { state } = ctx;
      if (state.reserved.has(order)) return;
      if (state.free === 0) throw ctx.refuse('sold_out', 'no lamp is left');
      state.free--;
      state.reserved.add(order);
    },
    release({ state }, order: string) { if (state.reserved.delete(order)) state.free++; },
    free: ({ state }) => state.free,
  },
});

export const Payments = actor(import.meta, {
  name: 'payments',
  init: () => ({ paid: new Map<string, number>() }),
  handlers: {
    charge(ctx, order: string, price: number) {
      if (price > 100) throw ctx.refuse('limit', 'the card allows 100');
      ctx.state.paid.set(order, price);
    },
    refund({ state }, order: string) { state.paid.delete(order); },
    total: ({ state }) => [...state.paid.values()].reduce((sum, price) => sum + price, 0),
  },
});

export const Shipping = actor(import.meta, {
  name: 'shipping',
  init: () => ({ booked: new Set<string>() }),
  handlers: {
    book(ctx, order: string, to: string) {
      if (to === 'the moon') throw ctx.refuse('too_far', 'nobody drives to the moon');
      ctx.state.booked.add(order);
    },
    cancel({ state }, order: string) { state.booked.delete(order); },
    booked: ({ state }) => [...state.booked],
  },
});

interface Input {
  readonly id: string;
  readonly price: number;
  readonly to: string;
  readonly stock: RefOf<typeof Stock>;
  readonly payments: RefOf<typeof Payments>;
  readonly shipping: RefOf<typeof Shipping>;
}
interface Work { readonly input: Input }

const chart = setup({
  types: {
    input: {} as Input,
    context: {} as Input & { readonly log: readonly string[] },
    output: {} as { readonly id: string; readonly log: readonly string[] },
  },
  actors: {
    reserve: fromPromise(({ input: { stock, id } }: Work) => stock.ask.reserve(id)),
    charge: fromPromise(({ input: { payments, id, price } }: Work) => payments.ask.charge(id, price)),
    book: fromPromise(({ input: { shipping, id, to } }: Work) => shipping.ask.book(id, to)),
    cancel: fromPromise(({ input: { shipping, id } }: Work) => shipping.ask.cancel(id)),
    refund: fromPromise(({ input: { payments, id } }: Work) => payments.ask.refund(id)),
    release: fromPromise(({ input: { stock, id } }: Work) => stock.ask.release(id)),
  },
  guards: { wasRefused: ({ event }) => event.error instanceof RefusedError },
  actions: {
    note: assign({ log: ({ context }, line: string) => [...context.log, line] }),
    noteError: assign({ log: ({ context, event }) => [...context.log, event.error instanceof Error ? event.error.message : 'failed'] }),
  },
}).createMachine({
  id: 'order',
  context: ({ input }) => ({ ...input, log: [] }),
  initial: 'reserving',
  output: ({ context: { id, log } }) => ({ id, log }),
  states: {
    // What was refused was not done. Who doesn't answer may have done it: that step is undone as well.
    reserving: {
      invoke: {
        src: 'reserve', input: ({ context }) => context,
        onDone: { target: 'charging', actions: { type: 'note', params: 'reserved' } },
        onError: [
          { guard: 'wasRefused', target: 'rejected', actions: 'noteError' },
          { target: 'releasing', actions: 'noteError' },
        ],
      },
    },
    charging: {
      invoke: {
        src: 'charge', input: ({ context }) => context,
        onDone: { target: 'booking', actions: { type: 'note', params: 'charged' } },
        onError: [
          { guard: 'wasRefused', target: 'releasing', actions: 'noteError' },
          { target: 'refunding', actions: 'noteError' },
        ],
      },
    },
    booking: {
      invoke: {
        src: 'book', input: ({ context }) => context,
        onDone: { target: 'accepted', actions: { type: 'note', params: 'booked' } },
        onError: [
          { guard: 'wasRefused', target: 'refunding', actions: 'noteError' },
          { target: 'cancelling', actions: 'noteError' },
        ],
      },
    },
    accepted: { type: 'final' },
    // Whoever can't be reached here is asked again by the order's next life, as often as its supervisor lets it begin one.
    cancelling: {
      invoke: {
        src: 'cancel', input: ({ context }) => context,
        onDone: { target: 'refunding', actions: { type: 'note', params: 'cancelled' } },
      },
    },
    refunding: {
      invoke: {
        src: 'refund', input: ({ context }) => context,
        onDone: { target: 'releasing', actions: { type: 'note', params: 'refunded' } },
      },
    },
    releasing: {
      invoke: {
        src: 'release', input: ({ context }) => context,
        onDone: { target: 'rejected', actions: { type: 'note', params: 'released' } },
      },
    },
    rejected: { type: 'final' },
  },
});

export const Order = machine(import.meta, chart, { name: 'order', whenDone: 'stay', restart: { from: 'snapshot' } });

export const shop = supervisor({
  name: 'shop',
  children: {
    stock: child(Stock, { input: { lamps: 2 }, host: 'thread' }),
    payments: child(Payments, { host: 'process' }),
    shipping: child(Shipping),
    orders: dynamicSupervisor({ child: Order, options: { restart: 'transient' } }),
  },
});

export async function main(): Promise<void> {
  await using app = await run(shop, { log: false });
  const { stock, payments, shipping, orders } = app.children;

  for (const { id, price, to } of [
    { id: 'a1', price: 30, to: 'Lyon' }, { id: 'a2', price: 300, to: 'Lyon' }, { id: 'a3', price: 30, to: 'the moon' },
  ]) {
    const placed = await orders.startChild({ id, price, to, stock, payments, shipping });
    console.log(`${id}: ${(await placed?.ask.output())?.log.join(', ')}`);
  }
  console.log(await stock.ask.free(), 'lamp left,', await payments.ask.total(), 'paid,', await shipping.ask.booked(), 'on the way');
}

if (isMain(import.meta)) await main();
