import { describe, expect, it } from 'vitest';
import { expectExactAccounts } from '../support/accounts.ts';
import { pool } from '../../index.ts';
import { simulateEveryStep } from '../../testing/index.ts';
import { PoolOwner } from '../support/actors/pool-owner.ts';
import { NOTED, note, sleep } from '../support/chores.ts';
import { square } from '../support/arithmetic.ts';

const ITEMS = [0, 1, 2, 3, 4, 5];

describe('a pool one of whose workers is lost, at any step', () => {
  it.each(['thread', 'process'] as const)('settles every item once: a %s', { timeout: 120_000 }, async (host) => {
    let lost = 0;
    const runs = await simulateEveryStep({ loseHost: 'pool/worker-1', delay: '2ms' }, async (kit) => {
      NOTED.length = 0;
      const workers = await kit.clock.until(pool({ size: 2, host, name: 'pool', system: kit.system }));
      const done = ITEMS.map((i) => i === 1 ? workers.run(sleep, 5, i) : workers.run(note, i));
      let settled = 0;
      for (const each of done) each.then(() => settled++, () => settled++);

      const ends = await kit.clock.until(Promise.allSettled(done));

      expect(settled).toBe(ITEMS.length);
      const failed = ends.flatMap((end) => end.status === 'rejected' ? [end.reason as unknown] : []);
      for (const reason of failed) expect(reason).toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
      expect(new Set(NOTED).size).toBe(NOTED.length);
      for (const [i, end] of ends.entries()) {
        if (end.status === 'fulfilled') expect(end.value).toBe(i * i);
        // Of a thread it is known what it has begun with.
        else if (host === 'thread' && i !== 1) expect(NOTED).toContain(i);
      }
      lost += failed.length;
      workers.close();
      expect(await kit.clock.until(workers.join())).toEqual({ status: 'ended' });
      expect(kit.running).toEqual([]);
      expect(kit.deadLetters).toEqual([]);
      await kit.clock.until(expectExactAccounts(kit.system));
    });

    expect(runs).toBeGreaterThan(50);
    expect(lost).toBeGreaterThan(0);
  });
});

describe('a mapping one of whose workers fails, at any step', () => {
  it.each(['loseHost', 'crash'] as const)('gives each result in its place, or the error of its own: %s', { timeout: 120_000 }, async (fault) => {
    const runs = await simulateEveryStep({ [fault]: 'pool/worker-1', delay: '2ms' }, async (kit) => {
      const workers = await kit.clock.until(pool({ size: 2, name: 'pool', system: kit.system }));
      const results = workers.imap(square, ITEMS, { chunk: 2 });
      const retried = kit.clock.until(workers.imapUnordered(square, ITEMS, { retries: 2 }).toArray());
      const seen: (number | undefined)[] = [];
      const read = async (): Promise<void> => {
        for (let next = await resultOf(results.next()); next.done !== true; next = await resultOf(results.next())) seen.push(next.value);
      };

      await kit.clock.until(read());

      expect(seen).toHaveLength(ITEMS.length);
      for (const [i, value] of seen.entries()) if (value !== undefined) expect(value).toBe(i * i);
      expect((await retried).toSorted((a, b) => a - b)).toEqual(ITEMS.map((i) => i * i));
      workers.close();
      expect(await kit.clock.until(workers.join())).toEqual({ status: 'ended' });
      expect(kit.running).toEqual([]);
    });

    expect(runs).toBeGreaterThan(30);
  });
});

/** An item, without a value where it has failed with its worker. */
async function resultOf(next: Promise<IteratorResult<number, void>>): Promise<{ done?: boolean | undefined; value?: number }> {
  try {
    const { done, value } = await next;
    return done === true ? { done } : { value };
  } catch (error) {
    expect(['TROUPE_HOST_DOWN', 'TROUPE_ACTOR_CRASHED']).toContain((error as { code: string }).code);
    return {};
  }
}

describe('a pool that crashes itself, at any step', () => {
  it('leaves nobody waiting, and nothing behind', { timeout: 120_000 }, async () => {
    const runs = await simulateEveryStep({ crash: 'pool', delay: '2ms' }, async (kit) => {
      const workers = await kit.clock.until(pool({ size: 2, name: 'pool', system: kit.system })).catch(() => undefined);
      if (workers === undefined) return;
      const pending = [workers.run(square, 3), workers.map(square, ITEMS), workers.imap(square, ITEMS).toArray()];

      for (const end of await kit.clock.until(Promise.allSettled(pending))) {
        if (end.status === 'rejected') expect(end.reason).toMatchObject({ code: expect.stringMatching(/ACTOR_CRASHED|POOL_TERMINATED|HOST_DOWN/) as string });
      }
      workers.close();
      await kit.clock.until(workers.join());
      expect(kit.running).toEqual([]);
    });

    expect(runs).toBeGreaterThan(30);
  });
});

describe('a pool whose owner crashes, at any step', () => {
  it('ends with it, and leaves nobody waiting', { timeout: 120_000 }, async () => {
    const runs = await simulateEveryStep({ crash: 'owner', delay: '2ms' }, async (kit) => {
      const owner = await kit.spawn(PoolOwner, { name: 'owner' }).catch(() => undefined);
      const end = await kit.clock.until(Promise.resolve(owner?.ask.squares([1, 2, 3])).catch((error: unknown) => error));

      if (Array.isArray(end)) expect(end).toEqual([1, 4, 9]);
      else if (owner !== undefined) expect(end).toMatchObject({ code: expect.stringMatching(/ACTOR_CRASHED|ACTOR_STOPPED/) as string });
      owner?.kill();
      await kit.idle();
      expect(kit.running).toEqual([]);
      await kit.clock.until(expectExactAccounts(kit.system));
    });

    expect(runs).toBeGreaterThan(30);
  });
});
