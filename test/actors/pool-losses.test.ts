import { describe, expect, it } from 'vitest';
import { pool } from '../../index.ts';
import { expectExactAccounts } from '../support/accounts.ts';
import { sleep } from '../support/chores.ts';
import { square } from '../support/arithmetic.ts';
import { simulateEveryStep } from '../../testing/index.ts';

const WORKERS = ['pool/worker-1', 'pool/worker-2'];

describe('a pool whose worker is lost at any step', () => {
  it.each(WORKERS.flatMap((path) => (['thread', 'process'] as const).map((host) => [path, host] as const)))('settles every item once: %s, a %s', async (path, host) => {
    let lost = 0;
    const runs = await simulateEveryStep({ loseHost: path, delay: '2ms' }, async (kit) => {
      const workers = await kit.clock.until(pool({ size: 2, host, name: 'pool', system: kit.system }));
      const settled = new Map<number, number>();
      const results = await kit.clock.until(Promise.allSettled(Array.from({ length: 12 }, async (_, i) => {
        try {
          return await (i % 4 === 0 ? workers.run(sleep, 5, i) : workers.run(square, i));
        } finally {
          settled.set(i, (settled.get(i) ?? 0) + 1);
        }
      })));

      for (const [i, result] of results.entries()) {
        if (result.status === 'fulfilled') expect(result.value).toBe(i % 4 === 0 ? i : i * i);
        else {
          lost++;
          expect(result.reason).toMatchObject({ code: 'TROUPE_HOST_DOWN', executed: 'maybe' });
        }
      }
      expect([...settled.values()]).toEqual(Array.from({ length: 12 }, () => 1));
      expect(results.filter(({ status }) => status === 'rejected').length).toBeLessThanOrEqual(host === 'thread' ? 1 : 12);
      workers.close();
      expect(await kit.clock.until(workers.join())).toEqual({ status: 'ended' });
      await kit.clock.until(expectExactAccounts(kit.system));
      expect(kit.deadLetters).toEqual([]);
      expect(kit.running).toEqual([]);
    });
    expect(runs).toBeGreaterThan(50);
    expect(lost).toBeGreaterThan(0);
  });
});
