import { describe, expect, it } from 'vitest';
import { Comer, note } from '../../support/actors/barrier-users.ts';
import { Ledger, User } from '../../support/actors/lock-users.ts';
import { Player, marks, type Mark } from '../../support/actors/lock-players.ts';
import { Sleeper, woken } from '../../support/actors/condition-users.ts';
import { barrier, condition, mutex } from '../../../index.ts';
import { simulate, simulateEveryStep, type TestKit } from '../../../testing/index.ts';

const HOSTS = ['process', 'thread', 'local'] as const;

/** Three actors, two locks and a condition, each on some host, and whatever chance makes of them. */
async function play(kit: TestKit, times: number): Promise<void> {
  marks.length = 0;
  const { clock, system } = kit;
  const made = Promise.all([
    mutex({ system, name: 'lock-1', host: 'thread' }), mutex({ system, name: 'lock-2' }), condition({ system, name: 'lock-3', host: 'process' }),
  ]);
  const all = await clock.until(made.catch(() => undefined));
  if (all === undefined) return;
  const [one, two, changed] = all;
  const ends = HOSTS.map(async (host, i) => {
    const player = await system.spawn(Player, { name: `player-${i}`, host });
    await player.with({ timeout: Infinity }).ask.play([one, two], changed, times);
  });
  // Nobody waits for ever: time would stand still then.
  await clock.until(Promise.allSettled(ends));
  await clock.advance(100);
  for (const lock of [one, two, changed]) {
    const held = await clock.until(lock.tryAcquire().catch(() => 'ended'));
    expect(held, String(lock)).toBeDefined();
  }
  checkMarks(kit, marks);
}

/** No two have a lock at a time; who has it behind one that has ended, is told so. */
function checkMarks({ events }: TestKit, all: readonly Mark[]): void {
  const ended = new Set(events.flatMap(({ name, event }) => name === 'crashed' ? [`${event.actor} ${event.incarnation}`] : []));
  const holders = new Map<string, string>();
  for (const { what, lock, by, wasAbandoned } of all) {
    const holder = holders.get(lock);
    if (what === 'gives') {
      expect(holder, `${by} gives ${lock}`).toBe(by);
      holders.delete(lock);
    } else {
      if (holder !== undefined) expect([lock, holder, ended.has(holder), by, wasAbandoned]).toEqual([lock, holder, true, by, true]);
      holders.set(lock, by);
    }
  }
}

describe('whatever actors do with locks, one at a time has one, and nobody waits for ever', () => {
  it('in any order of what happens', async () => {
    await simulate({ runs: 10, delay: '4ms' }, (kit) => play(kit, 5));
  }, 60_000);

  it('and any of them ends at any time', async () => {
    await simulate({ runs: 30, delay: '4ms', seed: 100, faults: { crashes: 0.004, losses: 0.002 } }, (kit) => play(kit, 5));
  }, 60_000);
});

const FAULTS = ['crash', 'loseHost'] as const;
/** What it gives, or undefined when it has failed. */
const outcomeOf = <T>(promise: PromiseLike<T> | undefined): Promise<T | undefined> => Promise.resolve(promise).catch(() => undefined);

describe('whoever ends, at any step, the others go on or are told', () => {
  it.each(FAULTS)('%s of the holder of a mutex, or of who waits for it', async (fault) => {
    const runs = await simulateEveryStep({ [fault]: 'a' }, async (kit) => {
      const lock = await kit.clock.until(mutex({ system: kit.system }));
      const [ledger, b] = [await kit.spawn(Ledger), await kit.spawn(User)];
      const a = await outcomeOf(kit.spawn(User, { name: 'a', host: 'process' }));
      const work = [outcomeOf(a?.ask.useOften(lock, ledger, 2)), b.ask.useOften(lock, ledger, 2)];
      await kit.clock.until(Promise.all(work));

      const total = await kit.clock.until(ledger.ask.read());
      expect(total).toBeGreaterThanOrEqual(2);
      const held = await kit.clock.until(lock.acquire());
      held.release();
    });

    expect(runs).toBeGreaterThan(10);
  }, 60_000);

  it.each(FAULTS)('%s of the mutex itself', async (fault) => {
    const runs = await simulateEveryStep({ [fault]: 'lock' }, async (kit) => {
      const lock = await kit.clock.until(outcomeOf(mutex({ system: kit.system, name: 'lock', host: 'thread' })));
      if (lock === undefined) return;
      const [a, b] = [await kit.spawn(User), await kit.spawn(User, { host: 'process' })];
      await kit.clock.until(Promise.all([a, b].map((user) => outcomeOf(user.ask.nest(lock, lock, 1)))));
      await kit.clock.until(outcomeOf(lock.use(() => undefined)));
    });

    expect(runs).toBeGreaterThan(10);
  }, 60_000);

  it.each(FAULTS)('%s of one that sleeps at a condition: it eats no notification', async (fault) => {
    const runs = await simulateEveryStep({ [fault]: 'a' }, async (kit) => {
      woken.length = 0;
      const changed = await kit.clock.until(condition({ system: kit.system }));
      const a = await outcomeOf(kit.spawn(Sleeper, { name: 'a', host: 'process' }));
      const b = await kit.spawn(Sleeper, { host: 'thread' });
      await kit.clock.until(outcomeOf(a?.ask.doze(changed)));
      await kit.clock.until(b.ask.doze(changed));
      await kit.clock.until(changed.use((held) => changed.notify(held)));
      await kit.clock.advance(50);

      if (!woken.includes('a')) expect(await kit.clock.until(b.ask.nap())).toBe(true);
      await kit.clock.until(changed.use((held) => changed.notifyAll(held)));
      expect(await kit.clock.until(b.ask.nap())).toBe(true);
    });

    expect(runs).toBeGreaterThan(10);
  }, 60_000);

  it.each(FAULTS)('%s of a party of a barrier: all of the others go on, or none', async (fault) => {
    const runs = await simulateEveryStep({ [fault]: 'a' }, async (kit) => {
      const start = await kit.clock.until(barrier({ system: kit.system, parties: 3, timeout: 50, action: note }));
      const a = await outcomeOf(kit.spawn(Comer, { name: 'a', host: 'process' }));
      const b = await kit.spawn(Comer, { host: 'thread' });
      const others = [outcomeOf(b.ask.come(start)), outcomeOf(start.wait())];
      const [, ...places] = await kit.clock.until(Promise.all([outcomeOf(a?.ask.come(start)), ...others]));

      expect(new Set(places.map((place) => place === undefined)).size).toBe(1);
    });

    expect(runs).toBeGreaterThan(10);
  }, 60_000);
});
