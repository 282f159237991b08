import { markAsUntransferable } from 'node:worker_threads';
import { describe, expect, it } from 'vitest';
import type { HostAccount } from '../../index.ts';
import { actor, child, createSystem, run, supervisor, transfer } from '../../index.ts';
import { TestKit } from '../../testing/test-kit.ts';
import { Memory } from '../support/actors/memory.ts';
import { SharedPlace } from '../support/shared-place.ts';

/** The typings of Node 20 have no class of it. */
const Memories = (globalThis as unknown as { WebAssembly: unknown }).WebAssembly as { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

const HOSTS = ['local', 'thread', 'process'] as const;

describe('transfer()', () => {
  const detached = new ArrayBuffer(8);
  structuredClone(detached, { transfer: [detached] });
  const twice = new ArrayBuffer(8);

  it.each([
    ['what is no list', 5, /expected a list of ArrayBuffers, got 5/],
    ['a view', [new Uint8Array(8)], /expected ArrayBuffers alone, got an instance of Uint8Array/],
    ['shared memory', [new SharedArrayBuffer(8)], /expected ArrayBuffers alone, got an instance of SharedArrayBuffer/],
    ['a detached one', [detached], /expected ArrayBuffers that are not detached/],
    ['one twice', [twice, twice], /expected each ArrayBuffer once/],
  ])('refuses %s', (_, list, text) => {
    const refused = (): unknown => transfer({ twice }, list as ArrayBuffer[]);

    expect(refused).toThrow(expect.objectContaining({ code: 'TROUPE_INVALID_OPTION', message: expect.stringMatching(text) as string }));
    expect(twice.byteLength).toBe(8);
  });

  it('gives new buffers to an actor that is defined without import.meta, and takes them back', async () => {
    const Local = actor({ init: () => ({}), handlers: {
      swap: (_ctx, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> => transfer(bytes, [bytes.buffer]),
    } });
    await using system = createSystem();
    const local = await system.spawn(Local);
    const bytes = new Uint8Array([1, 2]);

    const back = await local.ask.swap(transfer(bytes, [bytes.buffer]));

    expect([bytes.length, [...back]]).toEqual([0, [1, 2]]);
  });

  it.each(['thread', 'process'] as const)('leaves the buffers of what would not wait for a restart (%s)', async (host) => {
    await using kit = new TestKit();
    const { children: { memory } } = await kit.run(supervisor({ children: { memory: child(Memory, { host, input: {} }) } }));
    // The first restart is immediate, the second one is delayed.
    for (let i = 0; i < 2; i++) await kit.loseHost(memory);
    const bytes = new Uint8Array(8);

    const refused = memory.with({ whenRestarting: 'reject' }).ask.both(transfer(bytes, [bytes.buffer]), new Uint8Array(1));

    await expect(refused).rejects.toMatchObject({ code: 'TROUPE_UNAVAILABLE', executed: 'no' });
    expect(bytes.length).toBe(8);
  });

  it.each(['reject', 'drop_newest', 'drop_oldest'] as const)('leaves the buffers of what a full mailbox here has no place for: %s', async (overflow) => {
    const Narrow = actor({
      mailbox: { capacity: 1, overflow }, init: () => ({}),
      handlers: { take: (_ctx, bytes: Uint8Array): number => bytes.length },
    });
    await using system = createSystem();
    const narrow = await system.spawn(Narrow);
    const [first, second] = [new Uint8Array(8), new Uint8Array(8)];

    const answers = await Promise.allSettled([first, second].map((bytes) => narrow.ask.take(transfer(bytes, [bytes.buffer]))));

    expect(answers.map(({ status }) => status)).toEqual(overflow === 'drop_oldest' ? ['rejected', 'fulfilled'] : ['fulfilled', 'rejected']);
    expect([first.length, second.length]).toEqual([0, overflow === 'drop_oldest' ? 0 : 8]);
  });

  it('is not for an input, which is decoded at every start', async () => {
    await using system = createSystem();
    const buffer = new ArrayBuffer(8);

    await expect(system.spawn(Memory, { input: transfer({ memory: buffer }, [buffer]) })).rejects.toThrow(/Cannot send input of memory: it is a transfer\(\)/);
    expect(buffer.byteLength).toBe(8);
  });

  it('waits with its message while the actor is being restarted', async () => {
    await using system = createSystem();
    const tree = supervisor({ backoff: false, children: { memory: child(Memory, { host: 'thread', input: {} }) } });
    const app = await run(tree, { system, log: false, signals: false });
    const { memory } = app.children;
    const bytes = new Uint8Array([3, 4]);
    const lost = memory.ask.exit();

    await expect(lost).rejects.toMatchObject({ code: 'TROUPE_HOST_DOWN' });
    const answer = memory.with({ timeout: '20s' }).ask.both(transfer(bytes, [bytes.buffer]), new Uint8Array(1));
    expect(bytes.length).toBe(0);

    expect(await answer).toMatchObject({ lengths: [2, 1], areOne: false, overlap: [0] });
    expect(await memory.ask.incarnation()).toBe(2);
  });
});

describe.each(HOSTS)('transfer() to an actor (%s)', (host) => {
  const place = new SharedPlace(host);

  it('keeps what views share, and what stays beside it', async () => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });
    const buffer = new ArrayBuffer(16);
    const [first, second] = [new Uint8Array(buffer, 0, 8).fill(1), new Uint8Array(buffer, 4, 8)];

    const answer = await memory.ask.both(transfer(first, [buffer]), second);

    expect(answer).toEqual({ lengths: [8, 8], areOne: true, overlap: [1, 1, 1, 1, 0, 0, 0, 0] });
    expect(buffer.byteLength).toBe(0);
  });

  it('leaves the buffers of what an actor that has ended is sent', async () => {
    const dead = await place.system.spawn(Memory, { host: place.host, input: {} });
    await dead.stop();
    const [before] = await place.system.accounts() as [HostAccount];
    const [bytes, other] = [new Uint8Array(8), new Uint8Array(1)];

    await expect(dead.ask.both(transfer(bytes, [bytes.buffer]), other)).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED', executed: 'no' });
    expect(dead.tell.both(transfer(bytes, [bytes.buffer]), other)).toBe(true);

    expect(bytes.length).toBe(8);
    const [after] = await place.system.accounts();
    const { sent, rejected, deadLetters } = before;
    expect(after).toMatchObject({ sent: sent + 2, rejected: rejected + 1, deadLetters: deadLetters + 1 });
  });

  it('makes the length of a resizable buffer fixed', async () => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });
    const Resizable = ArrayBuffer as new (length: number, options: { maxByteLength: number }) => ArrayBuffer;
    const buffer = new Resizable(8, { maxByteLength: 64 });

    expect(await memory.ask.room(transfer(buffer, [buffer]))).toBe(8);
    expect(buffer.byteLength).toBe(0);
  });

  it('makes shared memory a text in an error', async () => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });

    await expect(memory.ask.fail()).rejects.toMatchObject({ cause: { message: 'failed', memory: '[an instance of SharedArrayBuffer]' } });
  });

  it('refuses one buffer in two arguments, and detaches nothing', async () => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });
    const bytes = new Uint8Array(8);

    const asked = memory.ask.both(transfer(bytes, [bytes.buffer]), transfer(bytes, [bytes.buffer]));

    await expect(asked).rejects.toThrow(/transfers one ArrayBuffer twice/);
    expect(bytes.length).toBe(8);
  });

  it.each([
    ['of a WebAssembly memory', () => new Memories.Memory({ initial: 1 }).buffer],
    ["of Node's pool", () => Buffer.from('abc').buffer],
    ['that is marked', () => {
      const buffer = new ArrayBuffer(8);
      markAsUntransferable(buffer);
      return buffer;
    }],
  ])('moves no buffer when one cannot move: %s', async (_, immovable) => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });
    const [good, bad] = [new ArrayBuffer(8), immovable()];

    for (const buffers of [[good, bad], [bad, good]]) {
      const refused = memory.ask.both(transfer(new Uint8Array(good), buffers), new Uint8Array(bad));
      await expect(refused).rejects.toThrow('Cannot send arguments of both: it is a value with an ArrayBuffer that cannot be transferred');
      expect(good.byteLength).toBe(8);
    }
  });

  it.runIf(host === 'thread')('reaches its children with shared memory', async () => {
    const memory = await place.system.spawn(Memory, { host: place.host, input: {} });
    const near = await memory.ask.child('local');

    expect(await near.ask.add(new Int32Array(new SharedArrayBuffer(8)))).toBe(1);
  });
});

describe('shared memory', () => {
  it('is in the input of threads, at every start, and of actors here', async () => {
    await using system = createSystem();
    const counter = new Int32Array(new SharedArrayBuffer(8));
    const tree = supervisor({
      backoff: false,
      children: {
        far: child(Memory, { host: 'thread', input: { memory: counter.buffer } }),
        near: child(Memory, { input: { memory: counter.buffer } }),
      },
    });
    const app = await run(tree, { system, log: false, signals: false });
    await app.children.far.ask.count();
    await app.children.near.ask.count();
    await expect(app.children.far.ask.exit()).rejects.toThrow();

    expect(await app.children.far.with({ timeout: '20s' }).ask.count()).toBe(3);
    expect(Atomics.load(counter, 0)).toBe(3);
  });

  it('is refused in the input of a process', async () => {
    await using kit = new TestKit();

    const spawned = kit.spawn(Memory, { host: 'process', input: { memory: new SharedArrayBuffer(8) } });

    await expect(spawned).rejects.toMatchObject({
      code: 'TROUPE_NOT_SENDABLE',
      message: 'Cannot send input of memory → .memory: it is a SharedArrayBuffer, which only threads of one program share (a state actor serves all hosts)',
    });
  });

  it('reaches the children of a thread, and not those of a process', async () => {
    await using kit = new TestKit();
    const counter = new Int32Array(new SharedArrayBuffer(8));
    const thread = await kit.spawn(Memory, { host: 'thread', input: {} });
    const near = await thread.ask.child('local');
    const other = await thread.ask.child('process');

    expect(await near.ask.add(counter)).toBe(1);
    await expect(other.ask.add(counter)).rejects.toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    const process = await kit.spawn(Memory, { host: 'process', input: {} });
    const inProcess = await process.ask.child('local');
    await expect(inProcess.ask.add(counter)).rejects.toMatchObject({ code: 'TROUPE_NOT_SENDABLE' });
    expect(await (await process.ask.child('thread')).ask.add(counter)).toBe(2);
  });
});
