import { describe, expect, it } from 'vitest';
import type { Host, HostEnd } from '../../runtime/hosts/host.ts';
import { Events } from '../../runtime/events.ts';
import { FakeHost } from '../support/books.ts';
import { ManualClock } from '../../testing/index.ts';
import { SharedHosts } from '../../runtime/hosts/shared-hosts.ts';
import { checkHostsOptions } from '../../core/host-set.ts';
import { hostDown } from '../../runtime/hosts/host.ts';

const ENDED: HostEnd = { code: 1, signal: null };
/** Chance without chance: every delay is the longest. */
const random = { next: () => 1 - Number.EPSILON, id: () => 'id' };

/** A set of one host, which is ready; others that it starts are not. */
async function open(): Promise<{ set: SharedHosts; hosts: FakeHost[]; clock: ManualClock; events: Events }> {
  const clock = new ManualClock();
  const events = new Events((error) => { throw error; });
  const hosts: FakeHost[] = [];
  const launch = (): Host => {
    const host = new FakeHost(hosts.length);
    hosts.push(host);
    return host;
  };
  const set = new SharedHosts(1, checkHostsOptions({ kind: 'thread', size: 1, intensity: { restarts: 9, within: '1m' } }), {}, {
    clock, random, events, launch, endActors: () => Promise.resolve(), hold: () => () => undefined, ended: () => undefined,
  });
  const started = set.start();
  hosts[0]?.becomeReady();
  await started;
  return { set, hosts, clock, events };
}

describe('a set of hosts', () => {
  it('takes an actor that starts again on the host that it had, unless that or the set itself is about to end', async () => {
    const { set, hosts } = await open();
    const host = hosts[0] as Host;
    const before = set.takes(host);
    set.ending(host);
    const ending = set.takes(host);
    const other = await open();
    void other.set.stop();

    expect([before, ending, other.set.takes(other.hosts[0] as Host)]).toEqual([true, false, false]);
  });

  it('waits longer before each start of a host that is never ready, however long the last one that was has lived', async () => {
    const { set, hosts, clock, events } = await open();
    const delays: number[] = [];
    events.on('host_restarting', ({ delayMs }) => delays.push(Math.round(delayMs)));
    await clock.advance('2m');

    for (let i = 0; i < 4; i++) {
      set.lost(hosts[i] as Host, hostDown(ENDED))();
      await clock.advance('1s');
    }

    expect(delays).toEqual([0, 50, 100, 200]);
  });
});
