import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  LockActor, Mutex, acquireAll, child, createSystem, mutex, reentrantMutex, semaphore, supervisor, type DeadlockError, type RefOf, type SyncOptions,
} from '../../../index.ts';
import { Busy, Ledger, User, longestWait } from '../../support/actors/lock-users.ts';
import { simulate, testKit, type TestKit } from '../../../testing/index.ts';

let kit: TestKit;
beforeEach(async () => { kit = await testKit(); });
afterEach(async () => { await kit[Symbol.asyncDispose](); });

/** All that can be done now is done. */
const turn = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
const make = (options: SyncOptions = {}): Promise<Mutex> => until(mutex({ system: kit.system, ...options }));
const makeReentrant = (): Promise<Mutex> => until(reentrantMutex({ system: kit.system }));
const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
const spawnUser = (name: string, host: 'local' | 'thread' | 'process' = 'local'): Promise<RefOf<typeof User>> => kit.spawn(User, { name, host });
/** With no limit to how long they wait. */
const patient = (user: RefOf<typeof User>): RefOf<typeof User> => user.with({ timeout: Infinity });
/** What the handler has thrown. */
const causeOf = (promise: Promise<unknown>): Promise<Error> => promise.then(() => { throw new Error('it has not failed'); }, ({ cause }: { cause: Error }) => cause);
const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code: unknown }).code);
const codeOf = (promise: Promise<unknown>): Promise<unknown> => until(outcomeOf(promise));

describe('a mutex', () => {
  it('is held by one at a time, in turn', async () => {
    const lock = await make({ host: 'thread' });
    const order: number[] = [];
    let holders = 0;
    const uses = [1, 2, 3].map((n) => lock.use(async () => {
      expect(++holders).toBe(1);
      await lock.isLocked();
      order.push(n);
      holders--;
    }));
    await until(Promise.all(uses));

    expect(order).toEqual([1, 2, 3]);
    expect(await until(lock.isLocked())).toBe(false);
  });

  it('gives what the work gives, and is free after what it throws', async () => {
    const lock = await make();

    expect(await until(lock.use(() => 42))).toBe(42);
    await expect(until(lock.use(() => { throw new Error('no'); }))).rejects.toThrow('no');
    expect(await until(lock.isLocked())).toBe(false);
  });

  it('is given at once, or not at all, to who doesn\'t wait', async () => {
    const lock = await make();
    const held = await until(lock.tryAcquire());

    expect(held?.wasAbandoned).toBe(false);
    expect(await until(lock.tryAcquire())).toBeUndefined();
    expect(await until(lock.isLocked())).toBe(true);
    held?.release();
    held?.release();
    expect(await until(lock.tryAcquire())).toBeDefined();
  });

  it('is released once by a guard, whoever has it since', async () => {
    const lock = await make();
    const first = await until(lock.acquire());
    first.release();
    const second = await until(lock.acquire());
    first.release();

    expect(await until(lock.isLocked())).toBe(true);
    second[Symbol.dispose]();
    expect(await until(lock.isLocked())).toBe(false);
  });

  it.each(['local', 'thread'] as const)('passes by who has given up: by time, by a signal (%s)', async (host) => {
    const lock = await make({ host });
    const held = await until(lock.acquire());
    const why = new Error('enough');
    const over = new AbortController();
    const timed = codeOf(lock.acquire({ timeout: 10 }));
    const aborted = expect(lock.acquire({ signal: over.signal })).rejects.toBe(why);
    const third = lock.acquire();
    expect(await timed).toBe('TROUPE_ASK_TIMEOUT');
    held.release();
    over.abort(why);
    await aborted;

    (await until(third)).release();
    expect(await until(lock.isLocked())).toBe(false);
  });

  it('is free when who waited gives up, however far the grant has come', async () => {
    await using system = createSystem();
    for (let steps = 0; steps <= 20; steps++) {
      const lock = await mutex({ system });
      const held = await lock.acquire();
      const over = new AbortController();
      const waiting = lock.acquire({ signal: over.signal }).then((late) => { late.release(); }, () => undefined);
      await turn();

      held.release();
      for (let i = 0; i < steps; i++) await Promise.resolve();
      over.abort(new Error('enough'));
      await waiting;
      await turn();

      expect(await lock.tryAcquire(), `after ${steps} steps`).toBeDefined();
    }
  });

  it.each(['thread', 'process'] as const)('goes to the next one when its holder ends (%s), who is told', async (host) => {
    const lock = await make();
    const [a, b, c] = [await spawnUser('a', host), await spawnUser('b'), await spawnUser('c')];
    expect(await until(a.ask.take(lock))).toBe(false);
    const next = patient(b).ask.take(lock);
    await kit.idle();
    const last = patient(c).ask.take(lock);
    await kit.idle();
    await kit.crash(a);

    expect(await until(next)).toBe(true);
    await until(b.ask.give());
    expect(await until(last)).toBe(false);
  });

  it('is free again when its holder was stopped or killed, or has lost its host', async () => {
    const lock = await make();
    for (const end of ['stop', 'kill', 'loseHost'] as const) {
      const user = await spawnUser(end, 'process');
      await until(user.ask.take(lock));
      if (end === 'loseHost') await kit.loseHost(user);
      else if (end === 'kill') user.kill();
      else await until(user.stop());

      const held = await until(lock.acquire());
      expect(held.wasAbandoned).toBe(true);
      held.release();
    }
  });

  it('forgets who waited and has ended', async () => {
    const lock = await make();
    const held = await until(lock.acquire());
    const user = await spawnUser('user', 'thread');
    const wait = outcomeOf(user.ask.take(lock));
    await kit.idle();
    await kit.crash(user);
    await until(wait);
    const next = lock.acquire();
    held.release();

    expect((await until(next)).wasAbandoned).toBe(false);
  });

  it('tells who waits that it has ended', async () => {
    const lock = await make({ host: 'thread' });
    await until(lock.acquire());
    const waiting = codeOf(lock.acquire());
    await kit.idle();
    await until(lock[Symbol.asyncDispose]());

    expect(await waiting).toBe('TROUPE_ACTOR_STOPPED');
    expect(await codeOf(lock.acquire())).toBe('TROUPE_ACTOR_STOPPED');
  });

  it('as a child is held by nobody when it is started again', async () => {
    const tree = supervisor({ backoff: false, children: { lock: child(LockActor, { input: { kind: 'mutex' } }) } });
    const app = await kit.run(tree);
    const lock = new Mutex(app.children.lock);
    const held = await until(lock.acquire());
    await kit.crash(app.children.lock);
    const next = await until(lock.acquire());
    held.release();

    expect(await until(lock.isLocked())).toBe(true);
    next.release();
    expect(await until(lock.isLocked())).toBe(false);
  });

  it('is a value, and prints well', async () => {
    const lock = await make({ name: 'door' });
    const user = await spawnUser('user', 'process');
    await until(user.ask.take(lock));

    expect(await until(lock.isLocked())).toBe(true);
    expect(String(lock)).toBe('Mutex(lock door)');
    expect(String(await until(user.ask.give().then(() => lock.acquire())))).toBe('Held(lock door)');
  });

  it('refuses what it doesn\'t know', async () => {
    const lock = await make();
    expect(await codeOf(lock.acquire({ timeout: 0 }))).toBe('TROUPE_INVALID_DURATION');
    expect(await codeOf(lock.acquire({ timeuot: 1 } as never))).toBe('TROUPE_INVALID_OPTION');
  });
});

describe('under contention', () => {
  it('by 20 actors nobody waits for more than 40 turns, and nothing is lost', async () => {
    await using world = await testKit({ seed: 7, delay: '3ms' });
    const lock = await world.clock.until(mutex({ system: world.system, host: 'thread' }));
    const ledger = await world.spawn(Ledger);
    const users = await Promise.all(Array.from({ length: 20 }, (_, i) => world.spawn(User, { host: i % 4 === 0 ? 'process' : 'local' })));
    await world.clock.until(Promise.all(users.map((user) => user.with({ timeout: Infinity }).ask.useOften(lock, ledger, 10))));

    expect(await world.clock.until(ledger.ask.read())).toBe(200);
    expect(longestWait(await world.clock.until(ledger.ask.turns()))).toBeLessThanOrEqual(40);
  });
});

describe('a reentrant mutex', () => {
  it('lets its holder in again, and nobody else until all is released', async () => {
    const lock = await makeReentrant();
    const [a, b] = [await spawnUser('a', 'thread'), await spawnUser('b')];
    await until(a.ask.take(lock));
    await until(a.ask.take(lock));
    const other = patient(b).ask.take(lock);
    await until(a.ask.give());
    expect(await until(lock.isLocked())).toBe(true);
    await kit.idle();
    await until(a.ask.give());

    expect(await until(other)).toBe(false);
  });

  it('is another one\'s for each message of an actor that handles several at once, and for a stream', async () => {
    const lock = await makeReentrant();
    const [busy, user] = [await kit.spawn(Busy), await spawnUser('user')];
    await until(busy.ask.take(lock));
    expect(await until(busy.ask.canTake(lock))).toBe(false);
    await until(busy.ask.give());

    const stream = user.ask.stream(lock);
    await until(stream.next());
    expect(await until(user.ask.canTake(lock))).toBe(false);
    expect(await until(stream.toArray())).toEqual([2]);
    expect(await until(user.ask.take(lock))).toBe(false);
  });

  it('is free when its holder ends, whatever its levels', async () => {
    const lock = await makeReentrant();
    const user = await spawnUser('user', 'process');
    for (let level = 0; level < 3; level++) await until(user.ask.take(lock));
    await kit.loseHost(user);

    expect((await until(lock.acquire())).wasAbandoned).toBe(true);
  });
});

describe('who would wait for itself', () => {
  it('is told at once when it holds the mutex already', async () => {
    const lock = await make({ name: 'lock' });
    const user = await spawnUser('a', 'thread');
    await until(user.ask.take(lock));

    const failure = await until(causeOf(user.ask.take(lock)));

    expect(failure).toMatchObject({ name: 'DeadlockError', code: 'TROUPE_DEADLOCK', path: ['a', 'lock', 'a'], executed: 'no' });
    expect(failure.message).toBe('Cannot acquire "lock": it would wait for itself: a → lock → a');
  });

  it.each([2, 3, 5])('in a circle of %i is told, and the others go on', async (size) => {
    const names = Array.from({ length: size }, (_, i) => i);
    const locks = await Promise.all(names.map((i) => make({ name: `lock-${i}`, host: 'thread' })));
    const users = await Promise.all(names.map((i) => spawnUser(`user-${i}`, i % 2 === 0 ? 'process' : 'local')));
    const outcomes = users.map((user, i) => (
      patient(user).ask.nest(locks[i] as Mutex, locks[(i + 1) % size] as Mutex, 10 + i).then(() => 'done', (error: { cause: DeadlockError }) => error.cause)
    ));

    const startedAt = kit.clock.now();
    const ends = await until(Promise.all(outcomes));

    expect(ends.filter((end) => end === 'done')).toHaveLength(size - 1);
    const victim = ends[size - 1] as DeadlockError;
    const circle = [size - 1, ...names].flatMap((i) => [`user-${i}`, `lock-${(i + 1) % size}`]).slice(0, 2 * size);
    expect(victim).toMatchObject({ code: 'TROUPE_DEADLOCK', path: [...circle, `user-${size - 1}`] });
    expect(kit.clock.now() - startedAt).toBeLessThan(200);
    for (const lock of locks) expect(await until(lock.isLocked())).toBe(false);
    // Nobody looks for circles any more.
    expect(await until(kit.system.group(LockActor, 'troupe.suspicious-locks').members())).toEqual([]);
  });

  it('is not told as long as somebody else may go on: another message, another stream, a permit', async () => {
    const [a, b] = [await make(), await make()];
    const [busy, user, doors] = [await kit.spawn(Busy), await spawnUser('user'), await until(semaphore(1, { system: kit.system }))];
    await until(busy.ask.take(a));
    await until(user.ask.take(b));
    const waits = [busy.with({ timeout: Infinity }).ask.take(b), patient(user).ask.take(a)];
    await kit.clock.advance('1s');
    await until(busy.ask.give());
    expect(await until(waits[1] as Promise<boolean>)).toBe(false);
    await until(user.ask.give());
    await until(user.ask.give());
    await until(waits[0] as Promise<boolean>);

    const other = await spawnUser('other');
    await until(other.ask.take(doors));
    const again = patient(other).ask.take(doors);
    await kit.clock.advance('1s');
    await until(doors.release());
    expect(await until(again)).toBe(false);
  });

  it('is never told by mistake, whatever others do who wait for each other for a while', async () => {
    await simulate({ runs: 5, delay: '30ms' }, async (world) => {
      const locks = await world.clock.until(Promise.all([1, 2, 3].map(() => mutex({ system: world.system, host: 'thread' }))));
      const users = await Promise.all([1, 2, 3, 4].map(() => world.spawn(User, { host: 'process' })));
      const work = users.flatMap((user, i) => [0, 1, 2].map((n) => {
        // In one order, so that nobody waits for himself.
        const [outer, inner] = [[0, 1], [1, 2], [0, 2]][(i + n) % 3] as [number, number];
        return user.with({ timeout: Infinity }).ask.nest(locks[outer] as Mutex, locks[inner] as Mutex, 40);
      }));

      await world.clock.until(Promise.all(work));
    });
  });
});

describe('a circle that is closed by a grant', () => {
  it('is found, though nobody begins to wait then', async () => {
    const [x, y] = [await make({ name: 'x' }), await make({ name: 'y' })];
    const [a, b] = [await spawnUser('a'), await spawnUser('b', 'thread')];
    const [heldX, heldY] = await until(Promise.all([x.acquire(), y.acquire()]));
    const ends = [outcomeOf(patient(a).ask.takeBoth(x, y)), outcomeOf(patient(b).ask.takeBoth(y, x))];
    await kit.clock.advance('1s');

    heldX.release();
    heldY.release();

    expect(new Set(await until(Promise.all(ends)))).toEqual(new Set(['TROUPE_ACTOR_CRASHED', undefined]));
  });
});

describe('several locks at once', () => {
  it('are held together, in an order of their own', async () => {
    const locks = await Promise.all([1, 2, 3].map(() => make({ host: 'thread' })));
    const users = await Promise.all(['a', 'b', 'c'].map((name) => spawnUser(name, 'thread')));
    const orders = [[0, 1, 2], [2, 1, 0], [1, 2, 0]].map((order) => order.map((i) => locks[i] as Mutex));
    const work = users.map(async (user, i) => {
      for (let n = 0; n < 5; n++) {
        await patient(user).ask.takeAll(orders[i] as Mutex[]);
        await user.ask.give();
      }
    });

    await until(Promise.all(work));
    for (const lock of locks) expect(await until(lock.isLocked())).toBe(false);
  });

  it('are all free when one of them isn\'t to be had in time', async () => {
    const [a, b, c] = [await make(), await make(), await make()];
    const user = await spawnUser('user');
    await until(user.ask.take(b));

    expect(await codeOf(acquireAll([c, b, a], { timeout: 20 }))).toBe('TROUPE_ASK_TIMEOUT');

    expect([await until(a.isLocked()), await until(c.isLocked())]).toEqual([false, false]);
    await kit.crash(user);
    const held = await until(acquireAll([a, b]));
    expect(held.wasAbandoned).toBe(true);
    held.release();
    expect(await until(b.isLocked())).toBe(false);
  });

  it('wait no longer in all than they may', async () => {
    const [a, b] = [await make(), await make()];
    const [first] = await until(Promise.all([a.acquire(), b.acquire()]));
    const startedAt = kit.clock.now();
    const end = outcomeOf(acquireAll([a, b], { timeout: 20 }));

    await kit.clock.advance(15);
    first.release();

    expect(await until(end)).toBe('TROUPE_ASK_TIMEOUT');
    expect(kit.clock.now() - startedAt).toBe(20);
  });

  it('belong to their actor, also where its code is not async', async () => {
    const locks = [await make(), await make(), await make()];
    const user = await spawnUser('user', 'thread');
    user.tell.takeAllAside(locks);
    await kit.idle();
    for (const lock of locks) expect(await until(lock.isLocked())).toBe(true);

    await kit.crash(user);

    for (const lock of locks) expect(await until(lock.isLocked())).toBe(false);
  });

  it('say what they are', async () => {
    const held = await until(acquireAll([await make({ name: 'one' }), await make({ name: 'other' })]));

    expect(inspect(held)).toBe('HeldAll(Held(lock one), Held(lock other))');
    expect(String(held)).toBe(inspect(held));
  });

  it('are of one system', async () => {
    await using other = await testKit();
    const foreign = await other.clock.until(mutex({ system: other.system, name: 'lock' }));

    expect(await codeOf(acquireAll([await make({ name: 'lock' }), foreign]))).toBe('TROUPE_INVALID_OPTION');
  });

  it('are different ones', async () => {
    const lock = await make();

    expect(await codeOf(acquireAll([lock, await make(), lock]))).toBe('TROUPE_INVALID_OPTION');
    expect(await codeOf(acquireAll([{}] as never))).toBe('TROUPE_INVALID_OPTION');
  });
});
