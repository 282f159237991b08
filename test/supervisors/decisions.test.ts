import { describe, expect, it } from 'vitest';
import type { ExitReason } from '../../index.ts';
import { addRestart, restartsThatCount } from '../../core/restart-intensity.ts';
import { DEFAULT_BACKOFF, restartDelayMs } from '../../core/backoff.ts';
import { affectedBy, keepsSpec, toStart, toStop } from '../../supervisors/strategy.ts';
import { shouldRestart } from '../../core/restart.ts';
import { shutsDown } from '../../supervisors/auto-shutdown.ts';
import { spend } from '../../supervisors/budget.ts';

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

describe('a strategy', () => {
  const children = ['a', 'b', 'c', 'd'];

  it('says whom a restart takes along', () => {
    expect(affectedBy('one_for_one', 'b', children)).toEqual(['b']);
    expect(affectedBy('rest_for_one', 'b', children)).toEqual(['b', 'c', 'd']);
    expect(affectedBy('one_for_all', 'b', children)).toEqual(children);
  });

  it('stops the others in reverse order, and starts all but temporary ones in order', () => {
    const a = { restart: 'permanent' } as const;
    const b = { restart: 'temporary' } as const;
    const c = { restart: 'transient' } as const;

    expect(toStop([a, b, c], a)).toEqual([c, b]);
    expect(toStart([a, b, c])).toEqual([a, c]);
  });

  it('keeps the spec of what was stopped by hand, unless it is temporary', () => {
    expect([keepsSpec('permanent'), keepsSpec('transient'), keepsSpec('temporary')]).toEqual([true, true, false]);
  });
});

describe('autoShutdown', () => {
  const significant = { isSignificant: true, isAlive: true };
  const gone = { isSignificant: true, isAlive: false };
  const other = { isSignificant: false, isAlive: true };

  it('follows from significant children alone', () => {
    for (const when of ['any_significant', 'all_significant'] as const) expect(shutsDown(when, other, [])).toBe(false);
  });

  it('follows never, from the first, or from the last one alive', () => {
    expect(shutsDown('never', significant, [])).toBe(false);
    expect(shutsDown('any_significant', significant, [significant])).toBe(true);
    expect(shutsDown('all_significant', significant, [other, significant])).toBe(false);
    expect(shutsDown('all_significant', significant, [other, gone])).toBe(true);
  });
});

describe('budgets', () => {
  const limit = { maxRestarts: 1, withinMs: 1_000 };
  const wide = { limit: { maxRestarts: 5, withinMs: 1_000 }, times: [0] };
  const spent = { limit, times: [0] };

  it('count a restart in the shared one and in the child\'s own, which need not be there', () => {
    expect(spend(wide, undefined, 10, false)).toEqual({ shared: [10, 0], own: [], exceeded: undefined });
    expect(spend(wide, { ...wide, times: [] }, 10, false)).toEqual({ shared: [10, 0], own: [10], exceeded: undefined });
  });

  it('must each allow it; the shared one is named first', () => {
    expect(spend(spent, undefined, 10, false).exceeded).toEqual({ limit, times: [10, 0] });
    expect(spend(wide, spent, 10, false).exceeded).toEqual({ limit, times: [10, 0] });
    expect(spend(spent, { ...spent, times: [5] }, 10, false).exceeded?.times).toEqual([10, 0]);
    expect(spend(spent, spent, 1_001, false).exceeded).toBeUndefined();
  });

  it('count an event once in the shared one, and each restart of a child in its own', () => {
    expect(spend(spent, { ...wide, times: [] }, 10, true)).toEqual({ shared: [0], own: [10], exceeded: undefined });
    expect(spend(wide, spent, 10, true).exceeded).toEqual({ limit, times: [10, 0] });
  });
});
