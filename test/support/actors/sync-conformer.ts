import {
  actor, barrier, boundedSemaphore, condition, event, mutex, reentrantMutex, semaphore, type ActorError, type Held,
} from '../../../index.ts';

const codeOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => 'done', (error: unknown) => (error as ActorError).code);

/** What Python's classes of the same names do, as far as it is right, seen by an actor. */
export const EXPECTED = {
  lock: [true, false, 'TROUPE_DEADLOCK', false],
  rlock: [true, true, false],
  semaphore: [2, 0, false, 3, 'TROUPE_INVALID_OPTION', 'TROUPE_INVALID_OPTION'],
  boundedSemaphore: ['TROUPE_TOO_MANY_PERMITS', 'done', 1],
  condition: [false, true, false, 0, 'three', 'TROUPE_NOT_HELD'],
  event: [false, false, true, true, false],
  barrier: [0, 0, 'TROUPE_BROKEN_BARRIER', 'TROUPE_BROKEN_BARRIER', true, 0, 'TROUPE_INVALID_OPTION'],
} as const satisfies Record<string, readonly unknown[]>;

/** Does with each class what the table above says. */
export const Conformer = actor(import.meta, {
  name: 'conformer',
  init: () => null,
  handlers: {
    async lock(): Promise<unknown[]> {
      const lock = await mutex();
      const held = await lock.tryAcquire();
      const seen = [held !== undefined, await lock.tryAcquire() !== undefined, await codeOf(lock.acquire())];
      held?.release();
      held?.release();
      return [...seen, await lock.isLocked()];
    },
    async rlock(): Promise<unknown[]> {
      const lock = await reentrantMutex();
      const levels: Held[] = [await lock.acquire(), await lock.acquire()];
      const seen = [await lock.isLocked()];
      for (const held of levels) {
        held.release();
        seen.push(await lock.isLocked());
      }
      return seen;
    },
    async semaphore(): Promise<unknown[]> {
      const doors = await semaphore(2);
      const before = await doors.available();
      const one = await doors.acquire();
      const two = await doors.acquire();
      const none = await doors.available();
      const third = await doors.tryAcquire();
      await doors.release(3);
      const wrong = [await codeOf(semaphore(-1)), await codeOf(semaphore(0.5))];
      return [before, none, one.wasAbandoned || two.wasAbandoned || third !== undefined, await doors.available(), ...wrong];
    },
    async boundedSemaphore(): Promise<unknown[]> {
      const doors = await boundedSemaphore(1);
      const excess = await codeOf(doors.release());
      await doors.acquire();
      // As in Python: whoever it is.
      return [excess, await codeOf(doors.release()), await doors.available()];
    },
    async condition(): Promise<unknown[]> {
      const changed = await condition();
      const held = await changed.acquire();
      await changed.notifyAll(held);
      const wasNotified = await changed.wait(held, { timeout: 1 });
      const isHeld = await changed.tryAcquire() === undefined;
      let looks = 0;
      const value = await changed.waitFor(held, () => ++looks > 100, { timeout: 1 });
      const last = await changed.waitFor(held, () => 0, { timeout: 1 });
      const three = await changed.waitFor(held, () => 'three', { timeout: 1 });
      held.release();
      return [wasNotified, isHeld, value, last, three, await codeOf(changed.notify(held))];
    },
    async event(): Promise<unknown[]> {
      const ready = await event();
      const before = [await ready.isSet(), await ready.wait({ timeout: 1 })];
      await ready.set();
      const after = [await ready.isSet(), await ready.wait({ timeout: 1_000 })];
      await ready.clear();
      return [...before, ...after, await ready.isSet()];
    },
    async barrier(): Promise<unknown[]> {
      const one = await barrier({ parties: 1 });
      const two = await barrier({ parties: 2, timeout: 1 });
      const alone = [await one.wait(), await one.wait()];
      const broken = [await codeOf(two.wait()), await codeOf(two.wait({ timeout: 1_000 })), await two.isBroken()];
      await one.abort();
      await one.reset();
      return [...alone, ...broken, await one.wait(), await codeOf(barrier({ parties: 0 }))];
    },
  },
});
