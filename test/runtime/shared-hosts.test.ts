import { describe, expect, it } from 'vitest';
import type { Host, HostEnd } from '../../runtime/hosts/host.ts';
import { Events } from '../../runtime/events.ts';
import { ManualClock } from '../../testing/index.ts';
import { SharedHosts } from '../../runtime/hosts/shared-hosts.ts';
import { checkHostsOptions } from '../../core/host-set.ts';
import { hostDown } from '../../runtime/hosts/host.ts';

const ENDED: HostEnd = { code: 1, signal: null };
/** Chance without chance: every delay is the longest. */
const random = { next: () => 1 - Number.EPSILON, id: () => 'id' };

/** A host that is ready when it is told to be. */
class FakeHost implements Host {
  readonly kind = 'thread';
  readonly id: number;
  readonly ready: Promise<void>;
  readonly ended = new Promise<HostEnd>(() => undefined);
  becomeReady = (): void => undefined;

  constructor(id: number) {
    this.id = id;
    this.ready = new Promise((resolve) => { this.becomeReady = resolve; });
  }

  order(): void {}
  stop(): void {}
  terminate(): void {}
  fail(): void {}
}

describe('a set of hosts', () => {
  it('waits longer before each start of a host that is never ready, however long the last one that was has lived', async () => {
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
    const delays: number[] = [];
    events.on('host_restarting', ({ delayMs }) => delays.push(Math.round(delayMs)));
    const started = set.start();
    hosts[0]?.becomeReady();
    await started;
    await clock.advance('2m');

    for (let i = 0; i < 4; i++) {
      set.lost(hosts[i] as Host, hostDown(ENDED))();
      await clock.advance('1s');
    }

    expect(delays).toEqual([0, 50, 100, 200]);
  });
});
