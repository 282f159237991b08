import { describe, expect, it } from 'vitest';
import type { ExitReason } from '../../index.ts';
import { addRestart, restartsThatCount } from '../../core/restart-intensity.ts';
import { DEFAULT_BACKOFF, restartDelayMs } from '../../core/backoff.ts';
import { shouldRestart } from '../../supervisors/strategy.ts';

const error: ExitReason = { kind: 'error', error: new Error('e') };
const intensity: ExitReason = { kind: 'intensity', child: 'c', restarts: 1, withinMs: 1 };
const hostDown: ExitReason = { kind: 'host_down', code: 1, signal: null };

describe('a restart', () => {
  it('of a permanent child follows every end', () => {
    for (const reason of [{ kind: 'normal' }, { kind: 'shutdown' }, { kind: 'killed' }, error, intensity, hostDown] as const) {
      expect(shouldRestart('permanent', reason)).toBe(true);
    }
  });

  it('of a transient child follows a failure, a supervisor that gave up included, not a normal end or a shutdown', () => {
    for (const reason of [error, intensity, hostDown, { kind: 'killed' }, { kind: 'stalled' }] as const) {
      expect(shouldRestart('transient', reason)).toBe(true);
    }
    expect(shouldRestart('transient', { kind: 'normal' })).toBe(false);
    expect(shouldRestart('transient', { kind: 'shutdown' })).toBe(false);
  });

  it('of a temporary child never happens', () => {
    expect(shouldRestart('temporary', error)).toBe(false);
  });
});

describe('restart intensity', () => {
  it('forgets restarts older than the window, whose edge still counts', () => {
    expect(restartsThatCount([1_000, 500, 0], 1_000, 1_000)).toEqual([1_000, 500, 0]);
    expect(restartsThatCount([1_001, 500, 0], 1_001, 1_000)).toEqual([1_001, 500]);
  });

  it('allows as many restarts as it says, and gives up on the next', () => {
    const limit = { maxRestarts: 2, withinMs: 1_000 };
    const first = addRestart([], 0, limit);
    const second = addRestart(first.times, 10, limit);
    const third = addRestart(second.times, 20, limit);

    expect([first.isAllowed, second.isAllowed, third.isAllowed]).toEqual([true, true, false]);
    expect(addRestart(second.times, 1_011, limit).isAllowed).toBe(true);
  });

  it('of 0 gives up on the first restart', () => {
    expect(addRestart([], 0, { maxRestarts: 0, withinMs: 1 }).isAllowed).toBe(false);
  });
});

describe('backoff', () => {
  it('starts the first restart at once, then doubles up to its cap', () => {
    const longest = [1, 2, 3, 4, 12, 13].map((attempt) => restartDelayMs(attempt, 1, DEFAULT_BACKOFF));

    expect(longest).toEqual([0, 50, 100, 200, 30_000, 30_000]);
  });

  it('has full jitter', () => {
    expect(restartDelayMs(3, 0, DEFAULT_BACKOFF)).toBe(0);
    expect(restartDelayMs(3, 0.5, DEFAULT_BACKOFF)).toBe(50);
  });

  it('is none when it is off', () => {
    expect(restartDelayMs(5, 1, false)).toBe(0);
  });
});
