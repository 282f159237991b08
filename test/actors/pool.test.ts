import { describe, expect, it } from 'vitest';
import { pool } from '../../index.ts';
import { square } from '../support/arithmetic.ts';
import { sleep, fail } from '../support/chores.ts';
import { testKit } from '../../testing/index.ts';

describe('a pool', () => {
  it('does tasks', async () => {
    await using kit = await testKit();
    const workers = await kit.clock.until(pool({ size: 2, system: kit.system }));

    expect(await kit.clock.until(workers.run(square, 12).then((n) => n))).toBe(144);
    expect(await kit.clock.until(workers.map(square, [1, 2, 3, 4, 5]))).toEqual([1, 4, 9, 16, 25]);
    expect(await kit.clock.until(workers.starmap(square, [[1], [2]]))).toEqual([1, 4]);
    expect(await kit.clock.until(workers.imap(square, new Set([1, 2, 3])).toArray())).toEqual([1, 4, 9]);
    expect(await kit.clock.until(workers.imapUnordered(sleep, [30, 10, 20]).toArray())).toEqual([10, 20, 30]);
    await expect(kit.clock.until(workers.map(fail, ['a', 'b']))).rejects.toThrow(RangeError);
    workers.close();
    expect(await kit.clock.until(workers.join())).toEqual({ status: 'ended' });
    await expect(kit.clock.until(workers.run(square, 1).then((n) => n))).rejects.toMatchObject({ code: 'TROUPE_POOL_CLOSED' });
  });
});
