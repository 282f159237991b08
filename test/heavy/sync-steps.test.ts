import { describe, expect, it } from 'vitest';
import type { Lock, Mutex, RefOf, Semaphore } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { Comer } from '../support/actors/barrier-users.ts';
import { Ledger, User } from '../support/actors/lock-users.ts';
import { Sleeper } from '../support/actors/condition-users.ts';
import { barrier, condition, event, mutex, reentrantMutex, semaphore } from '../../index.ts';
import { simulateEveryStep } from '../../testing/index.ts';

const PATIENT = { timeout: Infinity } as const;
const LIMIT = { timeout: 120_000 };

/** So many steps at least have befallen somebody. */
const MANY = 10;

/** What comes of it; undefined if it fails, as it does when its actor ends. */
const outcomeOf = async <T>(work: PromiseLike<T> | undefined): Promise<T | undefined> => {
  try {
    return await work;
  } catch {
    return undefined;
  }
};

/** It can be had, once it has heard of who has ended. */
async function expectFree(kit: TestKit, lock: Lock): Promise<void> {
  await kit.clock.advance(100);
  const held = await kit.clock.until(lock.tryAcquire());
  expect(held, String(lock)).toBeDefined();
  held?.release();
}

describe.each(['crash', 'loseHost'] as const)('at every step a %s', (fault) => {
  /** The one whom it befalls, on a host of its own, and another one. */
  const usersIn = async (kit: TestKit): Promise<(RefOf<typeof User> | undefined)[]> => [
    (await outcomeOf(kit.spawn(User, { name: 'a', host: 'process' })))?.with(PATIENT), (await kit.spawn(User)).with(PATIENT),
  ];

  it.each<[string, (kit: TestKit) => Promise<Mutex | Semaphore>]>([
    ['a semaphore', (kit) => semaphore(1, { system: kit.system })],
    ['a reentrant mutex', (kit) => reentrantMutex({ system: kit.system })],
  ])('of who holds %s leaves it to the others', LIMIT, async (_what, make) => {
    expect(await simulateEveryStep({ [fault]: 'a' }, async (kit) => {
      const lock = await kit.clock.until(make(kit));
      const ledger = await kit.spawn(Ledger);
      const [a, b] = await usersIn(kit);
      await kit.clock.until(Promise.all([outcomeOf(a?.ask.useOften(lock, ledger, 2)), b?.ask.useOften(lock, ledger, 2)]));

      expect(await kit.clock.until(ledger.ask.read())).toBeGreaterThanOrEqual(2);
      await expectFree(kit, lock);
    })).toBeGreaterThan(MANY);
  });

  it('of who holds several locks together leaves all of them to the others', LIMIT, async () => {
    expect(await simulateEveryStep({ [fault]: 'a' }, async (kit) => {
      const { system } = kit;
      const locks = await kit.clock.until(Promise.all([mutex({ system, host: 'thread' }), mutex({ system }), semaphore(1, { system })]));
      const [a, b] = await usersIn(kit);
      await kit.clock.until(Promise.all([outcomeOf(a?.ask.useAllOften(locks, 2)), b?.ask.useAllOften(locks.toReversed(), 2)]));

      for (const lock of locks) await expectFree(kit, lock);
    })).toBeGreaterThan(MANY);
  });

  it('of one of several locks leaves the others free', LIMIT, async () => {
    expect(await simulateEveryStep({ [fault]: 'lock' }, async (kit) => {
      const { system } = kit;
      const one = await kit.clock.until(mutex({ system }));
      const other = await kit.clock.until(outcomeOf(mutex({ system, name: 'lock', host: 'thread' })));
      if (other === undefined) return;
      const [a, b] = await usersIn(kit);
      await kit.clock.until(Promise.all([outcomeOf(a?.ask.useAllOften([one, other], 2)), outcomeOf(b?.ask.useAllOften([other, one], 2))]));

      await expectFree(kit, one);
    })).toBeGreaterThan(MANY);
  });

  it('of a barrier, an event or a condition itself is told to all who wait there', LIMIT, async () => {
    expect(await simulateEveryStep({ [fault]: 'place' }, async (kit) => {
      const start = await kit.clock.until(outcomeOf(barrier({ system: kit.system, parties: 2, name: 'place', host: 'thread' })));
      if (start === undefined) return;
      const comers = [await kit.spawn(Comer), await kit.spawn(Comer, { host: 'process' })];
      const ends = await kit.clock.until(Promise.all(comers.map((comer) => outcomeOf(comer.with(PATIENT).ask.come(start)))));
      const places = ends.filter((place) => place !== undefined);
      expect(new Set(places).size).toBe(places.length);
    })).toBeGreaterThan(MANY);
    expect(await simulateEveryStep({ [fault]: 'place' }, async (kit) => {
      const ready = await kit.clock.until(outcomeOf(event({ system: kit.system, name: 'place', host: 'thread' })));
      if (ready === undefined) return;
      const comer = await kit.spawn(Comer, { host: 'process' });
      const waiting = outcomeOf(comer.with(PATIENT).ask.waitFor(ready));
      await kit.clock.advance(10);
      await kit.clock.until(outcomeOf(ready.set()));
      expect([true, undefined]).toContain(await kit.clock.until(waiting));
    })).toBeGreaterThan(MANY);
    expect(await simulateEveryStep({ [fault]: 'place' }, async (kit) => {
      const changed = await kit.clock.until(outcomeOf(condition({ system: kit.system, name: 'place', host: 'thread' })));
      if (changed === undefined) return;
      const sleeper = await kit.spawn(Sleeper, { host: 'process' });
      const asleep = outcomeOf(sleeper.with(PATIENT).ask.sleep(changed, undefined));
      await kit.clock.advance(10);
      await kit.clock.until(outcomeOf(changed.use((held) => changed.notifyAll(held))));
      expect([true, undefined]).toContain(await kit.clock.until(asleep));
    })).toBeGreaterThan(MANY);
  });
});
