import { describe, expect, it } from 'vitest';
import { Few } from '../../core/few.ts';

describe('a few', () => {
  it.each([1, 8, 9, 100])('holds what was added, and not deleted: %i', (count) => {
    const few = new Few<number>();
    for (let n = 0; n < count; n++) few.add(n);
    for (let n = 0; n < count; n += 2) few.delete(n);
    few.delete(-1);

    expect([...few]).toEqual(Array.from({ length: count >> 1 }, (_, i) => 2 * i + 1));
    few.add(-1);
    expect([...few]).toContain(-1);
  });
});
