import { describe, expect, it } from 'vitest';
import type { HostKind } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { Tied, type TiedRef } from '../support/actors/tied.ts';
import { simulate, simulateEveryStep } from '../../testing/index.ts';

const OTHER = 'other';
const FAULTS = [{ crash: OTHER }, { loseHost: OTHER }];

describe.each(FAULTS)('whatever step %o comes at', (fault) => {
  it('a link is one exit, and a monitor one down', async () => {
    const runs = await simulateEveryStep({ seed: 3, delay: '2ms', ...fault }, async (kit) => {
      const one = await kit.spawn(Tied, { host: 'thread', input: { traps: true } });
      const other = await kit.spawn(Tied, { host: 'process', name: OTHER }).catch(() => undefined);
      if (other === undefined) return;
      await kit.clock.until(Promise.all([one.ask.link(other), one.ask.monitor(other)]));

      other.kill();
      await kit.clock.until(other.closed);

      const told = await kit.clock.until(one.ask.told());
      expect(told.map(({ signal }) => signal).toSorted()).toEqual(['down', 'exit']);
      expect(told.every(({ ref }) => ref.equals(other))).toBe(true);
    });

    expect(runs).toBeGreaterThan(10);
  });

  it('a link that was ended is no exit', async () => {
    await simulateEveryStep({ seed: 4, delay: '2ms', ...fault }, async (kit) => {
      const one = await kit.spawn(Tied, { host: 'thread', input: { traps: true } });
      const other = await kit.spawn(Tied, { host: 'process', name: OTHER }).catch(() => undefined);
      if (other === undefined) return;
      await kit.clock.until(one.ask.link(other));
      await kit.clock.until(one.ask.killAndUnlink(other));
      const before = (await kit.clock.until(one.ask.told())).length;

      await kit.clock.until(other.closed);
      await kit.clock.advance('1s');

      expect(await kit.clock.until(one.ask.told())).toHaveLength(before);
    });
  });

  it('a group has nobody who has ended, a name is free, and nothing is lost count of', async () => {
    await simulateEveryStep({ seed: 5, delay: '2ms', ...fault }, async (kit) => {
      const [group, named] = [kit.system.group(Tied, 'all'), kit.system.ref(Tied, OTHER)];
      const one = await kit.spawn(Tied, { host: 'thread', input: { group: 'all' } });
      const other = await kit.spawn(Tied, { host: 'process', name: OTHER, input: { group: 'all' } }).catch(() => undefined);
      const sent = await kit.clock.until(Promise.all([1, 2, 3].map((item) => group.publish.note(item))));
      named.tell.note('by name');
      await kit.clock.advance('1s');
      kit.inject({});

      const isAlive = kit.running.includes(OTHER);
      expect(await kit.clock.until(group.members())).toEqual(isAlive ? [one, other] : [one]);
      expect(await kit.clock.until(kit.system.whereis(Tied, OTHER))).toBe(isAlive ? other : undefined);
      expect(await kit.clock.until(one.ask.noted())).toEqual([1, 2, 3]);
      expect(sent).toEqual(sent.toSorted((a, b) => b - a));
      if (!isAlive) await kit.spawn(Counter, { name: OTHER, input: { start: 0 } });
    });
  });
});

describe('a ring of linked actors', () => {
  it('ends as one, whatever fails and when', async () => {
    const hosts: readonly HostKind[] = ['local', 'thread', 'process'];
    await simulate({ runs: 60, delay: '5ms' }, async (kit) => {
      const ring = await Promise.all(Array.from({ length: 6 }, (_, i) => kit.spawn(Tied, { host: hosts[i % 3] as HostKind, name: `tied ${i}` })));
      kit.inject({ crashes: 0.02, losses: 0.01 });

      const linked = ring.map((one, i) => one.ask.link(ring[(i + 1) % ring.length] as TiedRef).catch(() => undefined));
      await kit.clock.until(Promise.all(linked));
      kit.inject({});
      ring[0]?.kill();

      await kit.clock.until(Promise.all(ring.map(({ closed }) => closed)));
      expect(kit.running).toEqual([]);
      expect(kit.events.filter(({ name }) => name === 'crashed')).toHaveLength(ring.length);
    });
  });
});
