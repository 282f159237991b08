import type { GateRef } from './narrow.ts';
import { actor } from '../../../index.ts';
import { Breaking } from './breaking.ts';

/** Stops once the gate is open, and notes there whether another actor could start on its host meanwhile. */
export const Lingering = actor(import.meta, {
  name: 'lingering',
  init: (input: { gate: GateRef }) => input,
  handlers: { pid: (): number => process.pid },
  async stop(ctx) {
    const { gate } = ctx.state;
    gate.tell.note(await ctx.spawn(Breaking).then(() => 'started', (error: Error) => error.message));
    await gate.ask.pass();
  },
});
