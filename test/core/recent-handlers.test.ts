import { describe, expect, it } from 'vitest';
import { RecentHandlers } from '../../core/recent-handlers.ts';

function after(...handlers: readonly number[]): RecentHandlers {
  const recent = new RecentHandlers();
  for (const handler of handlers) recent.note(handler);
  return recent;
}

describe('recent handlers', () => {
  it('are none at first', () => {
    expect(after().beside(undefined)).toEqual([]);
    expect(after().beside(0)).toEqual([]);
  });

  it('are the last eight, the oldest first', () => {
    expect(after(0, 1, 2).beside(undefined)).toEqual([0, 1, 2]);
    expect(after(9, 0, 1, 2, 3, 4, 5, 6, 7).beside(undefined)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  it('leave out the one that is being handled, once', () => {
    expect(after(9, 0, 1, 2, 3, 4, 5, 6, 7).beside(7)).toEqual([9, 0, 1, 2, 3, 4, 5, 6]);
    expect(after(3, 3, 3).beside(3)).toEqual([3, 3]);
    expect(after(1, 2, 3).beside(2)).toEqual([1, 3]);
  });

  it('know 254 handlers apart', () => {
    expect(after(0, 127, 128, 253, 254, 255, 1_000).beside(1)).toEqual([0, 127, 128, 253, 254, 254, 254]);
  });
});
