import { describe, expect, it } from 'vitest';
import { LOCAL_SLOTS, MainWorld, PEER, SHAPE } from './fuzz/world.ts';
import { ProtocolError } from '../../core/errors.ts';
import { orderOf, requestOf } from '../../runtime/protocol.ts';

const reason = { kind: 'normal' };
const about = { slot: 10, path: 'far', shape: SHAPE.data };

/** What a host may ask or be told about ties, and what is wrong with the others. */
const REQUESTS: readonly (readonly [message: Record<string, unknown>, wrong: Record<string, unknown>])[] = [
  [{ type: 'link', slot: 10, by: 12 }, { by: -1 }],
  [{ type: 'unlink', slot: 10, by: 12 }, { slot: 'ten' }],
  [{ type: 'monitor', slot: 10, by: 12, incarnation: 1 }, { incarnation: 'first' }],
  [{ type: 'whereis', request: 1, name: 'far' }, { name: 5 }],
  [{ type: 'join', request: 1, group: 'all', slot: 10 }, { group: undefined }],
  [{ type: 'leave', request: 1, group: 'all', slot: 10 }, { slot: 1.5 }],
  [{ type: 'members', request: 1, group: 'all' }, { request: 'first' }],
];
const ORDERS: readonly (readonly [message: Record<string, unknown>, wrong: Record<string, unknown>])[] = [
  [{ type: 'link_exit', slot: 10, incarnation: 1, about, reason }, { reason: { kind: 'boredom' } }],
  [{ type: 'link_exit', slot: 10, incarnation: 1, about, reason }, { incarnation: undefined }],
  [{ type: 'unlinked', slot: 10, from: 12 }, { from: 2 ** 32 }],
  [{ type: 'found', request: 1, shape: undefined, actors: [] }, { actors: [{ slot: 10 }] }],
  [{ type: 'found', request: 1, shape: SHAPE.data, actors: [{ slot: 10, path: 'far' }] }, { shape: { title: 'no handlers' } }],
];

describe('what hosts say about ties', () => {
  it.each(REQUESTS)('is taken when it is %o, not with %o', (message, wrong) => {
    expect(requestOf(message)).toBe(message);
    expect(() => requestOf({ ...message, ...wrong })).toThrow(ProtocolError);
  });

  it.each(ORDERS)('is obeyed when it is %o, not with %o', (message, wrong) => {
    expect(orderOf(message)).toBe(message);
    expect(() => orderOf({ ...message, ...wrong })).toThrow(ProtocolError);
  });

  it('is about their own actors: a host ties none of another one', async () => {
    const world = await MainWorld.make(() => undefined);
    const [one, other] = LOCAL_SLOTS;
    const say = (message: unknown): void => world.kernel.ports.control(PEER, message);

    say({ type: 'link', slot: other, by: one });
    say({ type: 'monitor', slot: other, by: one });
    say({ type: 'kill', slot: other });

    expect(await world.statusOf(other)).toBe('dead');
    expect(await world.statusOf(one)).toBe('up');
    await world.check();
  });

  it('may be about slots that were never there', async () => {
    const world = await MainWorld.make(() => undefined);
    const say = (message: unknown): void => world.kernel.ports.control(PEER, message);

    for (const slot of [0, 999, 2 ** 32 - 1]) {
      for (const type of ['link', 'unlink', 'monitor', 'demonitor']) {
        say({ type, slot, by: LOCAL_SLOTS[0] });
        say({ type, slot: LOCAL_SLOTS[0], by: slot });
      }
      for (const type of ['join', 'leave']) say({ type, request: 1, group: 'all', slot });
    }
    say({ type: 'members', request: 2, group: 'all' });
    say({ type: 'whereis', request: 3, name: '__proto__' });

    expect(await world.statusOf(LOCAL_SLOTS[0])).toBe('up');
    await world.check();
  });
});
