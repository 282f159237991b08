import { describe, expect, it } from 'vitest';
import { Few } from '../../core/few.ts';

describe('a few', () => {
  it.each([0, 1, 2, 3, 100])('holds what was added, and not deleted: %i', (count) => {
    const items = Array.from({ length: count }, (_, n) => ({ n }));
    const few = new Few<{ n: number }>();
    const held = (): number[] => {
      const found: number[] = [];
      few.forEach(({ n }) => found.push(n));
      return found.toSorted((a, b) => a - b);
    };
    for (const item of items) few.add(item);
    expect(held()).toEqual(items.map(({ n }) => n));

    for (const item of items) if (item.n % 2 === 0) few.delete(item);
    few.delete({ n: 1 });
    few.add({ n: 1_000 });

    expect(held()).toEqual([...items.map(({ n }) => n).filter((n) => n % 2 === 1), 1_000]);
  });
});
