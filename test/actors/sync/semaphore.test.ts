import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LockActor, Semaphore, boundedSemaphore, child, semaphore, supervisor } from '../../../index.ts';
import { User } from '../../support/actors/lock-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

let kit: TestKit;
beforeEach(async () => { kit = await testKit(); });
afterEach(async () => { await kit[Symbol.asyncDispose](); });

const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
const make = (permits?: number): Promise<Semaphore> => until(semaphore(permits, { system: kit.system }));
const makeBounded = (permits?: number): Promise<Semaphore> => until(boundedSemaphore(permits, { system: kit.system }));
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code: unknown }).code);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => until(outcomeOf(promise));

describe('a semaphore', () => {
  it('has one permit if nothing else is said', async () => {
    expect(await until((await make()).available())).toBe(1);
    expect(await until((await makeBounded()).available())).toBe(1);
  });

  it('lets so many in at once, the others in turn', async () => {
    const doors = await make(2);
    const [first] = await until(Promise.all([doors.acquire(), doors.acquire()]));
    const order: number[] = [];
    const waits = [1, 2].map((n) => doors.acquire().then((held) => {
      order.push(n);
      held.release();
    }));
    await kit.idle();
    expect(order).toEqual([]);
    expect(await until(doors.available())).toBe(0);
    first.release();
    await until(Promise.all(waits));

    expect(order).toEqual([1, 2]);
    expect(await until(doors.available())).toBe(1);
  });

  it('may have more permits than it began with, also when it began with none', async () => {
    const doors = await make(0);
    const waits = [doors.acquire(), doors.acquire()];
    await kit.idle();
    await until(doors.release(3));

    expect(await until(Promise.all(waits))).toHaveLength(2);
    expect(await until(doors.available())).toBe(1);
  });

  it('has the permits back that an actor held which has ended, and tells those who get them', async () => {
    const doors = await make(2);
    const user = await kit.spawn(User, { host: 'process' });
    await until(user.ask.take(doors));
    await until(user.ask.take(doors));
    const waits = [doors.acquire(), doors.acquire()];
    await kit.idle();
    await kit.loseHost(user);

    expect((await until(Promise.all(waits))).map(({ wasAbandoned }) => wasAbandoned)).toEqual([true, true]);
  });

  it.each([0, 1])('gives no permit to who has given up (%i)', async (permits) => {
    const doors = await make(permits);
    const held = permits === 0 ? undefined : await until(doors.acquire());
    expect(await codeOf(doors.acquire({ timeout: 10 }))).toBe('TROUPE_ASK_TIMEOUT');
    const next = doors.acquire();
    if (held === undefined) await until(doors.release());
    held?.release();

    await until(next);
    expect(await until(doors.available())).toBe(0);
  });

  it('refuses what is no number of permits', async () => {
    const doors = await make();

    for (const wrong of [-1, 1.5, NaN, '1' as never]) {
      expect(await outcomeOf(semaphore(wrong, { system: kit.system }))).toBe('TROUPE_INVALID_OPTION');
      expect(await codeOf(doors.release(wrong))).toBe('TROUPE_INVALID_OPTION');
    }
    expect(await codeOf(doors.release(0))).toBe('TROUPE_INVALID_OPTION');
  });

  it('is a value, and prints well', async () => {
    const doors = await until(semaphore(2, { system: kit.system, name: 'doors' }));
    const user = await kit.spawn(User, { host: 'thread' });

    expect(await until(user.ask.canTake(doors))).toBe(true);
    expect(String(doors)).toBe('Semaphore(lock doors)');
  });

  it('as a child begins anew when it is started again', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { doors: child(LockActor, { input: { kind: 'semaphore', permits: 2 } }) } }));
    const doors = new Semaphore(app.children.doors);
    const held = await until(doors.acquire());
    await kit.crash(app.children.doors);
    held.release();

    expect(await until(doors.available())).toBe(2);
  });
});

describe('a bounded semaphore', () => {
  it('refuses more permits than it began with', async () => {
    const doors = await makeBounded(2);
    const held = await until(doors.acquire());
    await expect(until(doors.release(2))).rejects.toMatchObject({ name: 'ActorError', code: 'TROUPE_TOO_MANY_PERMITS' });
    await until(doors.release());
    held.release();

    expect(await until(doors.available())).toBe(2);
    expect(await codeOf(doors.release())).toBe('TROUPE_TOO_MANY_PERMITS');
  });
});
