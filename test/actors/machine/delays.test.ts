import { expect, it } from 'vitest';
import { SimulatedClock, createActor } from 'xstate';
import type { AnyMachineSnapshot } from 'xstate';
import { drawFrom, randomEvent, randomMachine } from '../../support/random-machine.ts';
import { MachineKit } from '../../support/machine-kit.ts';

const MACHINES = 150;
const STEPS = 8;

function stateOf(snapshot: AnyMachineSnapshot): unknown {
  const { status, value, context, tags } = snapshot as AnyMachineSnapshot & { readonly tags: ReadonlySet<string> };
  return { status, value, context, tags: [...tags] };
}

it(`${MACHINES} machines with delays are where XState's own clock would bring them, all the time`, async () => {
  let compared = 0;
  let failed = 0;
  for (let seed = 1; seed <= MACHINES; seed++) {
    const draw = drawFrom(seed);
    const logic = randomMachine(draw, { note: () => undefined, hasDelays: true });
    const clock = new SimulatedClock();
    const theirs = createActor(logic, { clock });
    let error: unknown;
    theirs.subscribe({ error: (thrown: unknown) => { error = thrown; } });
    theirs.start();
    const started = await MachineKit.of(logic, { whenDone: 'stay' }, { seed }).catch((thrown: Error) => thrown);
    if (started instanceof Error) {
      expect(error, `seed ${seed}`).toBeDefined();
      failed++;
      continue;
    }
    await using box = started;
    for (let step = 0; step < STEPS && theirs.getSnapshot().status === 'active'; step++) {
      const ms = draw(15);
      // A long step of theirs would have all that begins meanwhile begin at its end.
      for (let i = 0; i < ms; i++) clock.increment(1);
      await box.kit.clock.advance(ms);
      const event = randomEvent(draw);
      theirs.send(event);
      await box.send(event);
      if (error !== undefined) {
        expect(box.failure?.message, `seed ${seed}, step ${step}`).toBe((error as Error).message);
        failed++;
        break;
      }
      const { status, value, context, tags } = await box.until(box.ref.ask.snapshot());
      expect({ status, value, context, tags }, `seed ${seed}, step ${step}`).toEqual(stateOf(theirs.getSnapshot() as AnyMachineSnapshot));
      compared++;
    }
    theirs.stop();
  }
  expect(compared).toBeGreaterThan(MACHINES * STEPS / 2);
  expect(failed).toBeLessThan(MACHINES / 3);
}, 60_000);
