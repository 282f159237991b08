import type { GateRef } from './narrow.ts';
import { actor } from '../../../index.ts';
import { Dying } from './dying.ts';

/** Stops once the gate is open, and notes there whether another actor could start on its host meanwhile. */
export const Lingering = actor(import.meta, {
  name: 'lingering',
  init: (input: { gate: GateRef }) => input,
  handlers: { pid: (): number => process.pid },
  async stop(ctx) {
    const { gate } = ctx.state;
    gate.tell.note(await ctx.spawn(Dying).then(() => 'started', (error: Error) => error.message));
    await gate.ask.pass();
  },
});
