import type { Later, RefOf } from '../../../index.ts';
import { actor } from '../../../index.ts';

/** Holds handlers of others until it is opened, says when one has come, and takes down what they did. */
export const Gate = actor(import.meta, {
  name: 'gate',
  init: () => ({ held: undefined as Later<void> | undefined, expecting: undefined as Later<void> | undefined, noted: [] as unknown[] }),
  handlers: {
    pass(ctx): Promise<void> {
      const held = ctx.state.held = ctx.later<void>();
      ctx.state.expecting?.resolve();
      return held.promise;
    },
    whenHeld(ctx): Promise<void> {
      const expecting = ctx.state.expecting = ctx.later<void>();
      if (ctx.state.held !== undefined) expecting.resolve();
      return expecting.promise;
    },
    open(ctx) {
      ctx.state.held?.resolve();
      ctx.state.held = ctx.state.expecting = undefined;
    },
    note(ctx, value: unknown) { ctx.state.noted.push(value); },
    noted: (ctx) => ctx.state.noted,
  },
});

export type GateRef = RefOf<typeof Gate>;

const init = (): null => null;

const handlers = {
  async hold(_ctx: unknown, gate: GateRef): Promise<void> {
    await gate.with({ timeout: '1m' }).ask.pass();
  },
  note(_ctx: unknown, gate: GateRef, value: unknown): unknown {
    gate.tell.note(value);
    return value;
  },
};

/** Three messages may wait. */
export const Rejecting = actor(import.meta, { name: 'rejecting', init, handlers, mailbox: { capacity: 3 } });
export const DroppingOldest = actor(import.meta, { name: 'dropping-oldest', init, handlers, mailbox: { capacity: 3, overflow: 'drop_oldest' } });
export const DroppingNewest = actor(import.meta, { name: 'dropping-newest', init, handlers, mailbox: { capacity: 3, overflow: 'drop_newest' } });

export type NarrowRef = RefOf<typeof Rejecting>;
