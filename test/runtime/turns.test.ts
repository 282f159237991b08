import { expect, it } from 'vitest';
import type { HostKind } from '../../index.ts';
import { Busy } from '../support/actors/busy.ts';
import { createSystem } from '../../index.ts';

const LANES = 8;
const WORK_MS = 3;
/** What was there, and what came while that was done. */
const MAX_WORK = 2 * LANES;

it.each<HostKind>(['thread', 'process'])('timers in a %s get their turn while messages keep coming', async (host) => {
  await using system = createSystem();
  const busy = await system.spawn(Busy, { host });
  const enough = new AbortController();
  const lane = async (): Promise<void> => { while (!enough.signal.aborted) await busy.ask.work(WORK_MS); };

  const lanes = Array.from({ length: LANES }, lane);
  let worked: number[] = [];
  for (let i = 0; i < 12; i++) {
    await busy.ask.setTimer();
    while (worked.length <= i) worked = await busy.ask.workedUntilTimer();
  }
  enough.abort();
  await Promise.all(lanes);

  expect(Math.max(...worked)).toBeLessThanOrEqual(MAX_WORK);
});
