import type { Pool } from '../../../index.ts';
import { actor, pool } from '../../../index.ts';
import { square } from '../arithmetic.ts';

/** Has a pool of its own, made in its `init`. */
export const PoolOwner = actor(import.meta, {
  name: 'pool_owner',
  init: () => ({ workers: undefined as Pool | undefined }),
  handlers: {
    async squares(ctx, numbers: number[]): Promise<number[]> {
      const workers = ctx.state.workers ??= await pool({ size: 2 });
      return workers.map(square, numbers);
    },
  },
});
