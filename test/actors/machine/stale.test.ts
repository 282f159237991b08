import { beforeEach, describe, expect, it } from 'vitest';
import { Race, lives } from '../../support/actors/relay-race.ts';
import { simulate, simulateEveryStep, type TestKit } from '../../../testing/index.ts';

beforeEach(() => { lives.length = 0; });

/** Every child that has begun has ended, but those of the last lap if the machine still runs. */
function expectNoOrphans(kit: TestKit, lap: number | undefined): void {
  const begun = lives.filter((life) => life.startsWith('+')).map((life) => life.slice(1));
  const ended = lives.filter((life) => life.startsWith('-')).map((life) => life.slice(1));
  expect(new Set(ended).size, lives.join()).toBe(ended.length);
  expect(begun.filter((one) => !ended.includes(one)), lives.join()).toEqual(lap === undefined ? [] : [`${lap}`]);
  expect(kit.running.filter((path) => path.startsWith('race/')), kit.trace.join('\n')).toHaveLength(lap === undefined ? 0 : 1);
}

describe('what a child says whose state has been left', () => {
  it('its failure does not end the machine, whether the state is left or entered anew', async () => {
    await simulate({ runs: 20 }, async (kit) => {
      lives.length = 0;
      const race = await kit.spawn(Race, { name: 'race', host: kit.seed % 2 === 0 ? 'local' : 'thread', input: undefined });
      for (const type of ['again', 'fail', 'again', 'fail', 'rest', 'again']) race.tell.send({ type });
      await kit.idle();

      const { value, context } = await kit.clock.until(race.ask.snapshot());
      expect(value).toBe('running');
      expect(context.lap).toBe(4);
      // The first lap may have had time; what was left at once has said nothing.
      expect(context.done.filter((lap) => lap > 1)).toEqual([4]);
      expect(kit.crashReports).toEqual([]);
      expectNoOrphans(kit, 4);
    });
  });

  it('its failure while the state lasts ends the machine, and all that it has begun', async () => {
    await simulate({ runs: 5 }, async (kit) => {
      lives.length = 0;
      const race = await kit.spawn(Race, { name: 'race', input: undefined });
      await kit.idle();
      race.tell.send({ type: 'fail' });
      await kit.idle();

      expect(kit.crashReports.map(({ reason }) => reason)).toMatchObject([{ kind: 'error', error: { message: 'lap 1 failed' } }]);
      expectNoOrphans(kit, undefined);
    });
  });
});

describe.each(['race/runner-1', 'race/runner-2', 'race/timer-1', 'race'])('the end of %s at any step', (crash) => {
  it('ends the machine, or comes too late, and leaves nobody behind', async () => {
    const runs = await simulateEveryStep({ crash }, async (kit) => {
      lives.length = 0;
      const race = await kit.spawn(Race, { name: 'race', input: undefined }).catch(() => undefined);
      for (const type of ['again', 'rest', 'again']) {
        race?.tell.send({ type });
        await kit.idle();
      }

      const state = race && await kit.clock.until(race.ask.snapshot().catch(() => undefined));
      await kit.idle();
      const isRunning = kit.running.includes('race');
      expectNoOrphans(kit, isRunning ? 3 : undefined);
      if (isRunning) expect(state?.value).toBe('running');
      else expect(kit.faultedAt).toBeDefined();
    });

    expect(runs).toBeGreaterThan(2);
  });
});
