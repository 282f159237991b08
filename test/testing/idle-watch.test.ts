import { describe, expect, it } from 'vitest';
import { IdleWatch } from '../../testing/idle-watch.ts';
import { VirtualTime } from '../../testing/virtual-time.ts';
import { actor } from '../../index.ts';
import { testKit } from '../../testing/index.ts';

const Sleeper = actor(import.meta, {
  name: 'sleeper',
  init: () => ({}),
  handlers: { sleep: (ctx): Promise<void> => ctx.sleep('1m') },
});

/** A watch over a test that the test plays. */
function watched() {
  const time = new VirtualTime();
  const test = { steps: 1, standsStill: true, openAsks: ['slow of "a"'] as string[] };
  const told: string[] = [];
  const watch = new IdleWatch(time, test, (text) => told.push(text));
  const look = (): void => {
    time.goTo(time.nextAt === Infinity ? time.now() : time.nextAt);
    time.takeDue()?.();
  };
  return { test, told, watch, look, time };
}

describe('the watch over a test that waits', () => {
  it('tells once of a test in which nothing happens between two looks, and which lets no time pass', () => {
    const { told, look, time } = watched();

    look();
    expect(told).toEqual([]);
    look();
    look();

    expect(told).toEqual(['An ask waits (slow of "a") for virtual time, which stands still: let it pass with kit.clock.advance() or kit.clock.until()']);
    expect(time.pending).toBe(0);
  });

  it('names no more than three asks, and none where there is none', () => {
    const [many, none] = [watched(), watched()];
    many.test.openAsks = ['a', 'b', 'c', 'd'];
    none.test.openAsks = [];
    for (const { look } of [many, none, many, none]) look();

    expect([...many.told, ...none.told].map((text) => text.slice(0, 30))).toEqual(['An ask waits (a, b, c, …) for ', 'Something waits for virtual ti']);
  });

  it('says nothing of a test that goes on, or lets time pass', () => {
    const { test, told, look } = watched();
    for (let i = 0; i < 5; i++) {
      test.steps++;
      look();
    }
    test.standsStill = false;
    for (let i = 0; i < 5; i++) look();

    expect(told).toEqual([]);
  });

  it('ends with the kit', () => {
    const { told, watch, look, time } = watched();
    look();
    watch.end();
    look();

    expect(told).toEqual([]);
    expect(time.pending).toBe(0);
  });

  it('tells of a plain await of what only time can bring', async () => {
    await using kit = await testKit({ seed: 5 });
    const sleeper = await kit.spawn(Sleeper);
    const told = new Promise<Error>((resolve) => { process.once('warning', resolve); });
    const slept = sleeper.with({ timeout: '2m' }).ask.sleep();

    expect(await told).toMatchObject({ name: 'TestKitWarning', message: expect.stringMatching(/sleep of "sleeper-1".*\(seed 5\)$/) as string });
    await kit.clock.until(slept);
  });
});
