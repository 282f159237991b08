import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Fifo } from '../../core/fifo.ts';

describe('Fifo', () => {
  it('gives what was pushed in the same order, whatever the mix of pushes and shifts', () => {
    fc.assert(fc.property(fc.array(fc.boolean(), { maxLength: 300 }), (pushes) => {
      const fifo = new Fifo<number>();
      const model: number[] = [];
      pushes.forEach((isPush, i) => {
        if (isPush) {
          fifo.push(i);
          model.push(i);
        } else {
          expect(fifo.peek()).toBe(model[0]);
          expect(fifo.shift()).toBe(model.shift());
        }
        expect(fifo.size).toBe(model.length);
      });
      expect([...fifo]).toEqual(model);
    }));
  });
});
