import { describe, expect, it } from 'vitest';
import type { PipeEnd } from '../../index.ts';
import { createSystem, pipe, select } from '../../index.ts';
import { PipeUser } from '../support/actors/pipe-user.ts';
import { spawn } from '../../index.ts';
import { failureOf } from '../support/failure-of.ts';

const CLOSED = { name: 'ClosedError', code: 'TROUPE_CLOSED' };
const VALUES = Array.from({ length: 3_000 }, (_, i) => i);

async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

describe('a pipe', () => {
  it('carries values both ways, in order', async () => {
    const [left, right] = await pipe<number, string>();
    for (const n of [1, 2, 3]) await left.send(n);
    await right.send('a');

    expect([await right.receive(), await right.receive(), await right.receive()]).toEqual([1, 2, 3]);
    expect(await left.receive()).toBe('a');
    await left.close();
    await right.close();
  });

  it('lives in the system that it was made in, and ends with it', async () => {
    const system = createSystem();
    const [left, right] = await pipe<number>({ system });
    await left.send(1);
    expect(await right.receive()).toBe(1);

    await system.stop();

    expect(await failureOf(() => right.receive())).toMatchObject(CLOSED);
  });

  it('serves calls that wait in their order', async () => {
    await using both = await pair();
    const received = Promise.all([both.right.receive(), both.right.receive(), both.right.receive()]);

    await Promise.all([1, 2, 3].map((n) => both.left.send(n)));

    expect(await received).toEqual([1, 2, 3]);
  });

  it('carries more than a batch, and more than its capacity', async () => {
    await using both = await pair(16);
    const received = allOf(both.right);

    for (const value of VALUES) await both.left.send(value);
    await both.left.close();

    expect(await received).toEqual(VALUES);
  });

  it('lets a sender wait while it is full', async () => {
    await using both = await pair(2);
    await both.left.send(1);
    await both.left.send(2);

    expect(await failureOf(() => both.left.send(3, { timeout: 20 }))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    const waiting = both.left.send(4);
    await both.right.receive();
    expect(await both.right.receive()).toBe(2);
    expect(await both.right.receive()).toBe(4);
    await waiting;
  });

  it('has room again as soon as a value is received, not when the next one is asked for', async () => {
    await using both = await pair(1);
    await both.left.send(1);
    expect(await both.right.receive()).toBe(1);

    await both.left.send(2, { timeout: '5s' });

    expect(await both.right.receive()).toBe(2);
  });

  it('counts the time of each call from the call on, also behind others that wait', async () => {
    await using both = await pair(1);
    const patient = both.right.receive();
    const controller = new AbortController();
    const aborted = failureOf(() => both.right.receive({ signal: controller.signal }));

    expect(await failureOf(() => both.right.receive({ timeout: 20 }))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    expect(await both.right.poll({ timeout: 20 })).toBe(false);
    expect(await both.right.poll()).toBe(false);
    controller.abort(new Error('enough'));
    expect(await aborted).toMatchObject({ message: 'enough' });
    const last = both.right.receive({ timeout: '10s' });
    for (const n of [1, 2]) await both.left.send(n);

    expect(await Promise.all([patient, last])).toEqual([1, 2]);
    await both.left.send(3);
    const waiting = both.left.send(4);
    expect(await failureOf(() => both.left.send(5, { timeout: 20 }))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    expect([await both.right.receive(), await both.right.receive()]).toEqual([3, 4]);
    await waiting;
  });

  it('loses nothing by a wait that was too short, or was given up', async () => {
    await using both = await pair();
    const controller = new AbortController();

    expect(await failureOf(() => both.right.receive({ timeout: 20 }))).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT' });
    const aborted = both.right.receive({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await both.left.send(7);

    expect(await both.right.receive()).toBe(7);
  });

  it('says whether there is something to receive', async () => {
    await using both = await pair();

    expect(await both.right.poll()).toBe(false);
    expect(await both.right.poll({ timeout: 20 })).toBe(false);
    const waiting = both.right.poll({ timeout: Infinity });
    await both.left.send(7);
    expect(await waiting).toBe(true);
    expect(await both.right.receive()).toBe(7);
  });

  it('gives what was sent before it ends for a reader', async () => {
    await using both = await pair();
    await both.left.send(1);
    await both.left.send(2);
    await both.left.close();

    expect(await allOf(both.right)).toEqual([1, 2]);
    expect(await both.right.poll()).toBe(true);
    expect(await failureOf(() => both.right.receive())).toMatchObject({ ...CLOSED, message: 'Cannot receive from a pipe: the other end is closed' });
  });

  it('takes nothing for an end that is closed, nor from one', async () => {
    await using both = await pair(1);
    await both.left.send(1);
    const waiting = failureOf(() => both.left.send(2));
    await both.right.close();

    expect(await waiting).toMatchObject({ ...CLOSED, message: 'Cannot send to a pipe: the other end is closed' });
    expect(await failureOf(() => both.right.send(1))).toMatchObject({ ...CLOSED, message: 'Cannot send to a pipe: this end is closed' });
    expect(await failureOf(() => both.right.receive())).toMatchObject(CLOSED);
    await both.right.close();
  });

  it('soon takes nothing more for an end that is closed, however much room there is', async () => {
    await using both = await pair(Infinity);
    await both.right.close();

    let count = 0;
    const error = await failureOf(async () => {
      for (; count < 100; count++) {
        await both.left.send(count);
        await new Promise(setImmediate);
      }
    });

    expect(error).toMatchObject({ ...CLOSED, message: 'Cannot send to a pipe: the other end is closed' });
    expect(count).toBeLessThanOrEqual(17);
  });

  it('refuses what can\'t be sent, and goes on', async () => {
    const [left, right] = await pipe<unknown>();

    expect(await failureOf(() => left.send({ run: () => 1 }))).toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    await left.send('fine');
    expect(await right.receive()).toBe('fine');
    await left.close();
    await right.close();
  });

  it.each([0, -1, 1.5, NaN, '3'])('has no capacity of %o', async (capacity) => {
    expect(await failureOf(() => pipe({ capacity: capacity as number }))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });
});

describe('select', () => {
  it('gives the ends that have something, at once', async () => {
    await using one = await pair();
    await using other = await pair();
    await other.left.send(1);

    expect(await select([one.right, other.right])).toEqual([other.right]);
    await one.left.close();
    expect(await select([one.right, other.right])).toEqual([one.right, other.right]);
  });

  it('waits for the first, takes nothing, and leaves the others as they were', async () => {
    await using one = await pair();
    await using other = await pair();
    const ready = select([one.right, other.right], { timeout: '10s' });

    await other.left.send(1);

    expect(await ready).toEqual([other.right]);
    expect(await other.right.receive()).toBe(1);
    await one.left.send(2);
    expect(await one.right.receive()).toBe(2);
  });

  it('gives nothing when nothing comes in time, and nothing of nothing', async () => {
    await using one = await pair();

    expect(await select([one.right], { timeout: 20 })).toEqual([]);
    expect(await select([])).toEqual([]);
  });

  it('rejects when it is given up, or one of them is closed', async () => {
    await using one = await pair();
    const controller = new AbortController();
    const aborted = select([one.right], { signal: controller.signal });
    controller.abort(new Error('enough'));

    await expect(aborted).rejects.toThrow('enough');
    await one.right.close();
    expect(await failureOf(() => select([one.right]))).toMatchObject(CLOSED);
    expect(await failureOf(() => select([{} as never]))).toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });
});

describe('an end of a pipe that is used by several actors of one thread', () => {
  it('is closed with the one that has used it last', async () => {
    const [left, right] = await pipe<number>();
    await using first = await spawn(PipeUser);
    const second = await spawn(PipeUser);
    await first.ask.take(right);
    await second.ask.take(right);
    await first.ask.send(1);
    await second.ask.send(2);

    await first.stop();
    await left.send(7);
    expect(await second.ask.receive()).toBe(7);
    second.kill();

    expect(await allOf(left)).toEqual([1, 2]);
    await left.close();
  });
});

describe.each(['local', 'thread', 'process'] as const)('an end of a pipe that was sent to an actor on host %s', (host) => {
  it('works there as it did here', async () => {
    const [left, right] = await pipe<number>({ capacity: 64 });
    await using user = await spawn(PipeUser, { host });
    await user.ask.take(right);
    const count = user.with({ timeout: '20s' }).ask.echo();

    const doubled: number[] = [];
    const read = (async () => { while (doubled.length < VALUES.length) doubled.push(await left.receive()); })();
    for (const value of VALUES) await left.send(value);
    await read;
    await left.close();

    expect(doubled).toEqual(VALUES.map((value) => 2 * value));
    expect(await count).toBe(VALUES.length);
  });

  it('goes on where it was left, and fails where it was', async () => {
    await using both = await pair(4);
    await using user = await spawn(PipeUser, { host });
    for (const n of [1, 2, 3]) await both.left.send(n);
    await both.right.send(10);
    expect(await both.right.receive()).toBe(1);

    await user.ask.take(both.right);
    await user.ask.send(20);

    expect(await user.ask.receive()).toBe(2);
    expect([await both.left.receive(), await both.left.receive()]).toEqual([10, 20]);
    await user.stop();
    expect(await failureOf(() => sendUntilItFails(both.right))).toMatchObject(CLOSED);
  });

  it.each(['crashes', 'is killed'])('is closed when that actor %s', async (how) => {
    const [left, right] = await pipe<number>();
    const user = await spawn(PipeUser, { host });
    await user.ask.take(right);
    await user.ask.send(1, 2);

    if (how === 'crashes') user.tell.fail();
    else user.kill();

    expect(await allOf(left)).toEqual([1, 2]);
    expect(await failureOf(() => left.send(1))).toMatchObject(CLOSED);
    await left.close();
  });

  it('is closed when it was given to that actor, which ends before it has used it', async () => {
    const [left, right] = await pipe<number>();
    const user = await spawn(PipeUser, { host });
    await right.giveTo(user);

    const received = left.receive();
    user.kill();

    expect(await failureOf(() => received)).toMatchObject(CLOSED);
    await left.close();
  });
});

it('a thousand pipes may be open at once, their other ends on a thread and a process', async () => {
  const pipes = await Promise.all(Array.from({ length: 1_000 }, () => pipe<number>()));
  const users = await Promise.all((['thread', 'process'] as const).map((host) => spawn(PipeUser, { host })));
  const halves = [pipes.slice(0, 500), pipes.slice(500)];
  const echoed = users.map((user, i) => user.with({ timeout: Infinity }).ask.echoOnce(halves[i]?.map(([, right]) => right) ?? []));

  await Promise.all(pipes.map(([left], i) => left.send(i)));
  const received = await Promise.all(pipes.map(([left]) => left.receive()));

  expect(received).toEqual(pipes.map((_, i) => 2 * i));
  await Promise.all([...echoed, ...pipes.map(([left]) => left.close())]);
  await Promise.all(users.map((user) => user.stop()));
});

async function sendUntilItFails(end: PipeEnd<number, number>): Promise<void> {
  for (let n = 0; n < 20; n++) {
    await end.send(n, { timeout: '1s' });
    await end.poll();
  }
}

async function pair(capacity?: number): Promise<{ left: PipeEnd<number, number>; right: PipeEnd<number, number> } & AsyncDisposable> {
  const [left, right] = await pipe<number>(capacity === undefined ? {} : { capacity });
  return {
    left, right,
    async [Symbol.asyncDispose]() {
      await left.close().catch(() => undefined);
      await right.close().catch(() => undefined);
    },
  };
}
