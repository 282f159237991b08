import { describe, expect, it } from 'vitest';
import type { RecordKind } from '../../runtime/wire/record.ts';
import { ProtocolError } from '../../core/errors.ts';
import { FrameWriter, NOTHING, RECORD } from '../../runtime/wire/record.ts';
import { FAR_SLOT, HostWorld, LOCAL_SLOTS, MainWorld, PEER, sender } from './fuzz/world.ts';

const kernel = sender();

/** What a record brings about; a message is the first one to its slot. */
async function effectOf(make: () => Promise<HostWorld | MainWorld>, kind: RecordKind, fields: number[], body: Uint8Array = NOTHING): Promise<unknown> {
  const world = await make();
  world.ask();
  const writer = new FrameWriter();
  writer.write(kind, fields, body);
  try {
    world.take(writer.take(PEER, world.hostId, 0));
  } catch (error) {
    return error;
  } finally {
    await world.check();
  }
  return 'none';
}

const onHost = (): Promise<HostWorld> => HostWorld.make(() => undefined);
const onMain = (): Promise<MainWorld> => MainWorld.make(() => undefined);
const bytes = (value: unknown): Uint8Array => kernel.values.encode(value, 'it').body;

const ENDED = { type: 'ended', slot: LOCAL_SLOTS[0], incarnation: 1, reason: { kind: 'killed' }, wasStarting: false };
const SCENE = { message: undefined, recent: [], stateBytes: undefined, askerStack: undefined };

describe('a record that makes no sense', () => {
  it.each([
    ['an item for an ask that takes one reply', RECORD.item, [1], bytes(1)],
    ['a shape that is nothing', RECORD.shape, [], bytes(null)],
    ['a shape whose handlers are only a length', RECORD.shape, [], bytes({ title: '', highWater: 1, handlers: new Array(4e9) })],
    ['a shape with two handlers of one name', RECORD.shape, [], bytes({ title: '', highWater: 1, handlers: ['a', '*a'] })],
    ['an order without its fields', RECORD.control, [], bytes({ type: 'slot', slot: FAR_SLOT })],
    ['an order that there is not', RECORD.control, [], bytes({ type: 'obey' })],
    ['a request in place of an order', RECORD.control, [], bytes({ type: 'ready' })],
    ['an order that is a list', RECORD.control, [], bytes([])],
    ['an unknown kind', 99 as RecordKind, [], NOTHING],
    ['too few fields', RECORD.tell, [LOCAL_SLOTS[0]], bytes([])],
    ['a fate that there is not', RECORD.fate, [FAR_SLOT, 1, 7, 7], NOTHING],
    ['a place of an ask that is no text', RECORD.askStack, [1], bytes(['at order'])],
    ['a place of an ask that is too long', RECORD.askStack, [1], bytes('x'.repeat(4_097))],
  ])('is a ProtocolError: %s', async (_, kind, fields, body) => {
    expect(await effectOf(onHost, kind, fields, body)).toBeInstanceOf(ProtocolError);
  });

  it.each([
    ['a start from nowhere', { type: 'started', slot: 'all' }],
    ['times that are no numbers', { type: 'stop', request: 1, slot: 10, graceMs: Number.NaN }],
    ['an end without a reason', { type: 'ended', slot: 10, incarnation: 1, wasStarting: false }],
    ['a report of 1 MB', { ...ENDED, scene: { ...SCENE, askerStack: 'x'.repeat(2 ** 20) } }],
    ['a report with long arguments', { ...ENDED, scene: { ...SCENE, message: { handler: 0, args: 'x'.repeat(1_025), from: undefined } } }],
    ['a report of a thousand messages', { ...ENDED, scene: { ...SCENE, recent: new Array(1_000).fill(0) } }],
    ['a report that is a text', { ...ENDED, scene: 'it crashed' }],
    ['a decision that there is not', { type: 'decided', slot: 10, reason: { kind: 'killed' }, decision: { kind: 'forget' } }],
    ['a decision without its numbers', { type: 'decided', slot: 10, reason: { kind: 'killed' }, decision: { kind: 'restart', restarts: 1 } }],
    ['an event of another name', { type: 'event', name: 'spawned', event: {} }],
    ['a number of a slot beyond all', { type: 'watch', slot: 2 ** 32 }],
  ])('does not harm the main thread: %s', async (_, request) => {
    expect(await effectOf(onMain, RECORD.control, [], bytes(request))).toBeInstanceOf(ProtocolError);
  });

  it('is a message that cannot be decoded, and costs no actor its life: arguments that are only a length', async () => {
    const world = await onHost();
    const writer = new FrameWriter();
    writer.write(RECORD.tell, [LOCAL_SLOTS[0], 1, 1, 0], bytes(Object.assign([], { length: 4e9 })));

    world.take(writer.take(PEER, world.hostId, 0));

    expect(world.kernel.localSlots.get(LOCAL_SLOTS[0])?.cell?.status).toBe('running');
  });
});

describe('a host', () => {
  it('does not speak for another one', async () => {
    const world = await onMain();
    const writer = new FrameWriter();
    writer.write(RECORD.control, [], bytes({ type: 'ready' }));

    expect(() => world.take(writer.take(PEER + 1, world.hostId, 0))).toThrow(/host 8: host 7 has sent it/);
  });

  it('does not say that an actor of another host has ended', async () => {
    const world = await onMain();
    const writer = new FrameWriter();
    writer.write(RECORD.control, [], bytes(ENDED));

    world.take(writer.take(PEER, world.hostId, 0));

    expect(await world.statusOf(LOCAL_SLOTS[0])).toBe('up');
  });
});
