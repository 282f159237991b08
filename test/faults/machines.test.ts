import { describe, expect, it } from 'vitest';
import { child, run, supervisor } from '../../index.ts';
import { BusyMachine, LastingBusyMachine } from '../support/actors/busy-machine.ts';
import { Notes } from '../support/actors/notes.ts';
import { TestSystem } from '../support/test-system.ts';
import { until } from '../support/until.ts';

describe.each([['its input', BusyMachine, 0], ['the last state that it had settled in', LastingBusyMachine, 2]] as const)(
  'a machine whose end comes in the middle of a transition begins again with %s', (_from, definition, n) => {
    it.each(['thread', 'process'] as const)('on another %s', async (kind) => {
      await using system = new TestSystem();
      const started = new Int32Array(new SharedArrayBuffer(4));
      const input = { notes: await system.spawn(Notes), started: kind === 'thread' ? started : new Int32Array(1) };
      const app = await run(supervisor({ backoff: false, children: { busy: child(definition, { host: kind, input }) } }), { system, signals: false, log: false });
      const { busy } = app.children;
      await busy.ask.send({ type: 'up' });
      await busy.ask.send({ type: 'up' });

      if (kind === 'process') {
        busy.tell.send({ type: 'die' });
      } else {
        busy.tell.send({ type: 'hang' });
        await until(() => Atomics.load(started, 0) === 1);
        busy.kill();
      }
      // What is asked of it before its host is known to be gone fails with that host.
      await until(() => busy.ask.snapshot().then(() => true, () => false));

      expect(await busy.ask.snapshot()).toMatchObject({ value: 'ready', context: { n } });
      await busy.ask.send({ type: 'up' });
      expect((await busy.ask.snapshot()).context.n).toBe(n + 1);
      await app.stop();
    }, 40_000);
  },
);
