import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Condition, LockActor, child, condition, createSystem, mutex, reentrantMutex, supervisor, type RefOf, type SyncOptions } from '../../../index.ts';
import { Sleeper } from '../../support/actors/condition-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

let kit: TestKit;
beforeEach(async () => { kit = await testKit(); });
afterEach(async () => { await kit[Symbol.asyncDispose](); });

const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
/** All that can be done now is done. */
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const make = (options: SyncOptions = {}): Promise<Condition> => until(condition({ system: kit.system, ...options }));
const notify = (changed: Condition, count?: number): Promise<void> => until(changed.use((held) => changed.notify(held, count)));
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code: unknown }).code);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => until(outcomeOf(promise));
/** Waits, and notes when it was woken. */
const sleep = (changed: Condition, order: unknown[], name: unknown, timeout?: number): Promise<boolean> => changed.use(async (held) => {
  const wasNotified = await changed.wait(held, { timeout });
  order.push(name);
  return wasNotified;
});
const patient = (sleeper: RefOf<typeof Sleeper>): RefOf<typeof Sleeper> => sleeper.with({ timeout: Infinity });

describe('a condition', () => {
  it.each(['local', 'thread'] as const)('wakes as many as are notified, in the order of their waits (%s)', async (host) => {
    const changed = await make({ host });
    const order: number[] = [];
    const waits = [1, 2, 3, 4].map((n) => sleep(changed, order, n));
    await kit.idle();
    await notify(changed);
    await kit.idle();
    expect(order).toEqual([1]);
    await notify(changed, 2);
    await kit.idle();
    expect(order).toEqual([1, 2, 3]);
    await notify(changed, Infinity);

    expect(await until(Promise.all(waits))).toEqual([true, true, true, true]);
  });

  it('takes functions alone, before anything is taken', async () => {
    const changed = await make();

    expect(await codeOf(changed.use(5 as never))).toBe('TROUPE_INVALID_OPTION');
    expect(await codeOf(changed.use((held) => changed.waitFor(held, true as never)))).toBe('TROUPE_INVALID_OPTION');
    expect(await until(changed.tryAcquire())).toBeDefined();
  });

  it('refuses a guard that waits already, whose wait goes on', async () => {
    const changed = await make();
    const held = await until(changed.acquire());
    const first = changed.wait(held, { timeout: 100 });

    expect(await codeOf(changed.wait(held))).toBe('TROUPE_NOT_HELD');

    expect(await until(first)).toBe(false);
    held.release();
    expect(await until(changed.tryAcquire())).toBeDefined();
  });

  it('loses no notification when the one woken gives up, however far that has come', async () => {
    await using system = createSystem();
    for (let steps = 0; steps <= 30; steps++) {
      const changed = await condition({ system });
      const over = new AbortController();
      const first = changed.use((held) => changed.wait(held, { signal: over.signal })).then(() => true, () => false);
      await turn();
      const second = changed.use((held) => changed.wait(held, { timeout: 50 }));
      await turn();

      await changed.use((held) => changed.notify(held));
      for (let i = 0; i < steps; i++) await Promise.resolve();
      over.abort(new Error('enough'));
      const wasWoken = await first;

      if (!wasWoken) expect(await second, `after ${steps} steps`).toBe(true);
      await second;
      expect(await changed.tryAcquire(), `after ${steps} steps`).toBeDefined();
    }
  });

  it('wakes all, one after the other, as each has to hold the mutex', async () => {
    const changed = await make();
    const order: number[] = [];
    const waits = [1, 2, 3].map((n) => sleep(changed, order, n));
    await kit.idle();
    await until(changed.use((held) => changed.notifyAll(held)));
    await until(Promise.all(waits));

    expect(order).toEqual([1, 2, 3]);
  });

  it('lets the mutex go meanwhile, and has it again before it goes on', async () => {
    const changed = await make();
    let isWoken = false;
    const waiting = changed.use(async (held) => {
      await changed.wait(held);
      isWoken = true;
    });
    await kit.idle();
    const other = await until(changed.acquire());
    await until(changed.notify(other));
    await kit.clock.advance(10);
    expect(isWoken).toBe(false);
    other.release();
    await until(waiting);

    expect(isWoken).toBe(true);
  });

  it('remembers no notification', async () => {
    const changed = await make();
    await notify(changed, 5);

    expect(await until(sleep(changed, [], 1, 10))).toBe(false);
  });

  it('waits no longer than it is to, and holds the mutex then as well', async () => {
    const changed = await make();
    const held = await until(changed.acquire());
    expect(await until(changed.wait(held, { timeout: 10 }))).toBe(false);
    expect(await until(changed.tryAcquire())).toBeUndefined();
    held.release();

    expect(await until(changed.tryAcquire())).toBeDefined();
  });

  it('waits until it is so, and no longer than in all', async () => {
    const changed = await make();
    let n = 0;
    const three = changed.use((held) => changed.waitFor(held, () => n >= 3 && 'three'));
    const never = changed.use((held) => changed.waitFor(held, async () => n > 100 && 'never', { timeout: 35 }));
    await kit.idle();
    for (let times = 0; times < 3; times++) {
      await kit.clock.advance(10);
      await until(changed.use(async (held) => {
        n++;
        await changed.notifyAll(held);
      }));
    }

    expect(await until(three)).toBe('three');
    const before = kit.clock.now();
    expect(await until(never)).toBe(false);
    expect(kit.clock.now() - before).toBeLessThanOrEqual(35);
  });

  it('is none of who doesn\'t hold its mutex', async () => {
    const [changed, other] = [await make(), await make()];
    const held = await until(changed.acquire());
    const waiting = until(changed.wait(held, { timeout: 10 }));
    const asleep = await codeOf(changed.notify(held));
    await waiting;

    expect(asleep).toBe('TROUPE_NOT_HELD');
    expect(await codeOf(other.wait(held))).toBe('TROUPE_NOT_HELD');
    held.release();
    expect(await codeOf(changed.wait(held))).toBe('TROUPE_NOT_HELD');
    expect(await codeOf(changed.notifyAll(held))).toBe('TROUPE_NOT_HELD');
    expect(await codeOf(changed.notify({} as never))).toBe('TROUPE_INVALID_OPTION');
    const again = await until(changed.acquire());
    expect(await codeOf(changed.notify(again, 0))).toBe('TROUPE_INVALID_OPTION');
  });

  it('is one of several of a mutex, each with those who wait for it', async () => {
    const lock = await until(mutex({ system: kit.system }));
    const [notFull, notEmpty] = await until(Promise.all([condition({ mutex: lock }), condition({ mutex: lock })]));
    const order: string[] = [];
    const waits = [sleep(notFull, order, 'not full'), sleep(notEmpty, order, 'not empty')];
    await kit.idle();
    await until(lock.use((held) => notEmpty.notify(held)));
    await kit.idle();
    expect(order).toEqual(['not empty']);
    await until(notEmpty[Symbol.asyncDispose]());
    await notify(notFull);

    await until(Promise.all(waits));
  });

  it('lets all levels of a reentrant mutex go, and has them again', async () => {
    const lock = await until(reentrantMutex({ system: kit.system }));
    const changed = await until(condition({ mutex: lock }));
    const sleeper = await kit.spawn(Sleeper, { host: 'process' });
    const asleep = patient(sleeper).ask.sleepDeep(changed);
    await kit.idle();
    expect(await until(lock.isLocked())).toBe(false);
    await notify(changed);

    expect(await until(asleep)).toBe(true);
    expect(await until(lock.isLocked())).toBe(false);
  });

  it('is left by who releases its guard meanwhile, and takes no notification along', async () => {
    const changed = await make();
    const held = await until(changed.acquire());
    const first = outcomeOf(changed.wait(held));
    await kit.idle();
    const second = sleep(changed, [], 2);
    await kit.idle();
    held.release();
    expect(await first).toBe('TROUPE_NOT_HELD');
    await notify(changed);

    expect(await until(second)).toBe(true);
  });

  it('is over for a guard of an earlier life of its mutex', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { changed: child(LockActor, { input: { kind: 'mutex' } }) } }));
    const changed = new Condition(app.children.changed);
    const held = await until(changed.acquire());
    await kit.crash(app.children.changed);

    expect(await codeOf(changed.notify(held))).toBe('TROUPE_NOT_HELD');
    expect(await codeOf(changed.wait(held))).toBe('TROUPE_NOT_HELD');
  });

  it('is a value, and prints well', async () => {
    const changed = await make({ name: 'changed' });

    expect(String(changed)).toBe('Condition(lock changed)');
  });
});

describe('a notification', () => {
  it('is not for those whose time is up, but for the next one', async () => {
    const changed = await make();
    const order: number[] = [];
    const late = sleep(changed, order, 1, 10);
    const next = sleep(changed, order, 2);
    await kit.clock.advance(20);
    expect(await until(late)).toBe(false);
    await notify(changed);

    expect(await until(next)).toBe(true);
  });

  it('is not for those who have gone away asleep, and goes on from those who go away awake', async () => {
    const changed = await make({ host: 'thread' });
    const why = new Error('enough');
    const [asleep, awake] = [new AbortController(), new AbortController()];
    const waitUntil = (signal: AbortSignal): Promise<unknown> => (
      changed.use((held) => changed.wait(held, { signal })).catch((error: unknown) => error)
    );
    const first = waitUntil(asleep.signal);
    await kit.idle();
    const second = waitUntil(awake.signal);
    await kit.idle();
    const third = sleep(changed, [], 3);
    await kit.idle();
    asleep.abort(why);
    const held = await until(changed.acquire());
    await until(changed.notify(held));
    // It has been woken, and doesn't hold the mutex yet.
    awake.abort(why);
    expect(await until(Promise.all([first, second]))).toEqual([why, why]);
    held.release();

    expect(await until(third)).toBe(true);
    expect(await until(changed.tryAcquire())).toBeDefined();
  });

  it('goes on from an actor that ends before it has heard of it', async () => {
    const changed = await make();
    const [a, b] = [await kit.spawn(Sleeper, { host: 'process' }), await kit.spawn(Sleeper)];
    const first = outcomeOf(patient(a).ask.sleep(changed, undefined));
    await kit.idle();
    const second = patient(b).ask.sleep(changed, undefined);
    await kit.idle();
    const held = await until(changed.acquire());
    await until(changed.notify(held));
    await kit.loseHost(a);
    expect(await until(first)).toBe('TROUPE_HOST_DOWN');
    held.release();

    expect(await until(second)).toBe(true);
  });
});
