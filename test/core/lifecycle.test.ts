import { describe, expect, it } from 'vitest';
import { MOVES, canMove } from '../../core/lifecycle.ts';

describe('the lifecycle of an incarnation', () => {
  it('ends in stopped, from anywhere, and never moves again', () => {
    for (const status of ['starting', 'running', 'stopping'] as const) expect(canMove(status, 'stopped')).toBe(true);
    expect(MOVES.stopped).toEqual([]);
  });

  it('never goes back', () => {
    const order = ['starting', 'running', 'stopping', 'stopped'] as const;
    order.forEach((from, i) => { for (const to of MOVES[from]) expect(order.indexOf(to)).toBeGreaterThan(i); });
  });
});
