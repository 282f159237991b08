import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { Alarm, Deadlines } from '../../core/deadlines.ts';
import { ManualClock } from '../../testing/index.ts';

describe('Deadlines', () => {
  it('expire in the order of their time, less those that were removed', async () => {
    const entries = fc.array(fc.record({ at: fc.integer({ min: 0, max: 50 }), isRemoved: fc.boolean() }), { maxLength: 60 });
    await fc.assert(fc.asyncProperty(entries, async (plan) => {
      const clock = new ManualClock();
      const deadlines = new Deadlines(clock);
      const expired: number[] = [];
      const alarms = plan.map(({ at }) => {
        const alarm = new Alarm(() => expired.push(at));
        deadlines.add(alarm, at);
        return alarm;
      });
      plan.forEach(({ isRemoved }, i) => { if (isRemoved) deadlines.remove(alarms[i] as Alarm); });

      await clock.advance(50);

      const kept = plan.filter(({ isRemoved }) => !isRemoved).map(({ at }) => at);
      expect(expired).toEqual(kept.toSorted((a, b) => a - b));
      expect(deadlines.size).toBe(0);
    }), { numRuns: 60 });
  });

  it('of the same time expire in the order in which they were added', async () => {
    await fc.assert(fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3 }), { maxLength: 60 }), async (times) => {
      const clock = new ManualClock();
      const deadlines = new Deadlines(clock);
      const expired: { at: number; i: number }[] = [];
      times.forEach((at, i) => deadlines.add(new Alarm(() => expired.push({ at, i })), at));

      await clock.advance(3);

      expect(expired).toEqual(times.map((at, i) => ({ at, i })).toSorted((a, b) => a.at - b.at));
    }), { numRuns: 60 });
  });

  it('leave nothing behind when removed, and arm one timer', () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock);
    for (let i = 0; i < 1_000; i++) {
      const alarm = new Alarm(() => undefined);
      deadlines.add(alarm, 5_000 + i);
      deadlines.remove(alarm);
      deadlines.remove(alarm);
    }

    expect(deadlines.size).toBe(0);
    expect(clock.pending).toBe(1);
  });

  it('never expire at Infinity', () => {
    const clock = new ManualClock();
    const deadlines = new Deadlines(clock);

    deadlines.add(new Alarm(() => undefined), Infinity);

    expect(clock.pending).toBe(0);
  });
});
