import { describe, expect, it } from 'vitest';
import type { Entry } from '../support/actors/mortals.ts';
import type { RefOf } from '../../index.ts';
import { Mortal } from '../support/actors/mortals.ts';
import { deadline } from '../support/deadline.ts';
import { die, lengthOf } from '../support/chores.ts';
import { failureOf } from '../support/failure-of.ts';
import { pipe, pool, queue, spawn } from '../../index.ts';
import { until } from '../support/until.ts';

const TOLD_MS = 2_000;
const LIMIT = { timeout: 60_000 };
const PATIENT = { timeout: Infinity } as const;
/** After how long somebody dies, in milliseconds: at the beginning of his work, and ever further in. */
const MOMENTS = [0, 3, 20, 80];

function countTo(last: number): number[] {
  return Array.from({ length: last }, (_, i) => i + 1);
}

/** All of `values`, until they end or fail; they must within the deadline. */
async function readAll<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  const read = async (): Promise<void> => { for await (const value of values) all.push(value); };
  await deadline(read().catch(() => undefined), 'it ends', TOLD_MS);
  return all;
}

/** How often `act` was done before it failed, which it must within the deadline, and what with. */
async function doUntilItFails(act: (count: number) => Promise<unknown>): Promise<{ count: number; error: unknown }> {
  let count = 0;
  const error = await deadline(failureOf(async () => { for (;;) await act(++count); }), 'it fails', TOLD_MS);
  return { count: count - 1, error };
}

describe.each(['thread', 'process'] as const)('whoever dies with his %s', (host) => {
  const begin = async (run: (mortal: RefOf<typeof Mortal>) => Promise<void>): Promise<void> => {
    await using mortal = await spawn(Mortal, { host, timeout: '30s' });
    await run(mortal);
  };

  it.each(MOMENTS)('has consumed: what he had not acknowledged comes again, and nothing else (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    await using items = await queue<number>();
    await using log = await queue<Entry>();
    for (const value of countTo(1_000)) await items.put(value);

    mortal.tell.dieIn(ms);
    expect(await deadline(failureOf(mortal.with(PATIENT).ask.consume(items, log)), 'it is told', TOLD_MS)).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    await Promise.all([items.close(), log.close()]);
    const [rest, written] = [await readAll(items), await readAll(log)];

    const done = written.map(({ value }) => value);
    expect(done).toEqual(countTo(done.length));
    // Whether the last one was acknowledged, nobody knows.
    const first = rest[0] === done.length ? done.length : done.length + 1;
    expect(rest).toEqual(countTo(1_000).slice(first - 1));
    await items.join({ timeout: '5s' });
  }));

  it.each(MOMENTS)('has produced: what was accepted is there, each once, in order (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    await using items = await queue<number>();

    mortal.tell.dieIn(ms);
    const accepted = await readAll(mortal.with(PATIENT).ask.produce(items));
    await items.close();
    const got = await readAll(items);

    expect(accepted).toEqual(countTo(accepted.length));
    expect(got).toEqual(countTo(got.length));
    expect(got.length - accepted.length).toBeGreaterThanOrEqual(0);
  }));

  it.each(MOMENTS)('has had the queue: whoever puts, gets or joins is told (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    const items = await mortal.ask.makeQueue();
    await items.put(1);
    const joined = failureOf(items.join());
    const got: number[] = [];

    mortal.tell.dieIn(ms);
    const [put, taken] = await Promise.all([doUntilItFails((n) => items.put(n + 1)), doUntilItFails(async () => got.push(await items.get()))]);

    expect(got).toEqual(countTo(got.length));
    for (const error of [put.error, taken.error, await deadline(joined, 'it fails', TOLD_MS)]) {
      expect(error).toMatchObject({ code: expect.stringMatching(/HOST_DOWN|ACTOR_STOPPED/) as string });
    }
  }));

  it.each(MOMENTS)('has written to a pipe: its reader gets what has come, then the end (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    const [mine, his] = await pipe<number>();
    await his.giveTo(mortal);

    mortal.tell.dieIn(ms);
    mortal.with(PATIENT).ask.write(his).catch(() => undefined);
    const got = await readAll(mine);

    expect(got).toEqual(countTo(got.length));
    expect(await failureOf(() => mine.receive())).toMatchObject({ code: 'TROUPE_CLOSED' });
    await mine.close();
  }));

  it.each(MOMENTS)('has read from a pipe: its writer is told (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    const [mine, his] = await pipe<number>({ capacity: 64 });
    await his.giveTo(mortal);

    mortal.tell.dieIn(ms);
    const read = readAll(mortal.with(PATIENT).ask.read(his));
    const { count, error } = await doUntilItFails((n) => mine.send(n));

    expect(error).toMatchObject({ code: 'TROUPE_CLOSED' });
    const got = await read;
    expect(got).toEqual(countTo(got.length));
    expect(got.length).toBeLessThanOrEqual(count);
    await mine.close();
  }));

  it.each(MOMENTS)('has made a pipe: both its ends are closed (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    const [left, right] = await mortal.ask.makePipe();
    await left.send(1);

    mortal.tell.dieIn(ms);
    const [{ error }, got] = await Promise.all([doUntilItFails((n) => left.send(n + 1)), readAll(right)]);

    expect(error).toMatchObject({ code: 'TROUPE_CLOSED' });
    expect(got).toEqual(countTo(got.length));
    expect(await failureOf(() => right.receive())).toMatchObject({ code: 'TROUPE_CLOSED' });
  }));

  it.each(MOMENTS)('was a worker of a pool: every task settles, and the pool goes on (%d ms)', LIMIT, async (ms) => {
    await using workers = await pool({ size: 2, host });
    const texts = countTo(500).map((n) => 'x'.repeat(n));

    const dying = workers.run(die, ms);
    const ends = await deadline(Promise.allSettled([...texts.map((text) => workers.run(lengthOf, text)), dying]), 'all settle', 10_000);
    const mapped = await deadline(workers.with({ retries: 3 }).map(lengthOf, texts), 'it goes on', 10_000);

    for (const [i, end] of ends.entries()) {
      if (end.status === 'fulfilled') expect(end.value).toBe(i < texts.length ? i + 1 : ms);
      else expect(end.reason).toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    }
    expect(mapped).toEqual(countTo(500));
  });

  it.each(MOMENTS)('has started a job: it ends as well (%d ms)', LIMIT, (ms) => begin(async (mortal) => {
    const pid = await mortal.with(PATIENT).ask.hire() as number;

    mortal.tell.dieIn(ms);

    await deadline(mortal.closed, 'it is told', TOLD_MS);
    await deadline(until(() => !isAlive(pid)), 'its process is gone', TOLD_MS);
  }));
});

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
