import { describe, expect, it } from 'vitest';
import { child, createSystem, run, supervisor, transfer } from '../../index.ts';
import { Codec } from '../../runtime/wire/codec.ts';
import { Memory } from '../support/actors/memory.ts';
import { Subject } from '../support/actors/subject.ts';

const tooLarge = (what: string, maxBytes: number, executed = 'no'): object => ({
  code: 'TROUPE_FRAME_TOO_LARGE', executed, maxBytes,
  message: expect.stringMatching(new RegExp(`^Cannot send ${what}: it takes \\d+ bytes, at most ${maxBytes} can be sent; send it in `
    + 'parts or as a stream, or allow more with maxFrame$')) as string,
});

describe.each(['thread', 'process'] as const)('the longest frame, to and from a %s', (host) => {
  it('holds for arguments, replies and items, wherever they are sent', async () => {
    await using system = createSystem({ maxFrame: '100KB' });
    const subject = await system.spawn(Subject, { host, input: { label: 'far' } });
    const long = 'x'.repeat(200_000);

    expect(() => subject.tell.note(long)).toThrow(expect.objectContaining(tooLarge('arguments of note', 102_400)));
    await expect(subject.ask.noteAndCount(Buffer.alloc(200_000))).rejects.toMatchObject(tooLarge('arguments of noteAndCount', 102_400));
    await expect(subject.ask.repeat('x', 200_000)).rejects.toMatchObject(tooLarge("result of 'repeat'", 102_400, 'maybe'));
    await expect(subject.ask.repeatAsItem('x', 200_000).toArray()).rejects.toMatchObject(tooLarge("item of 'repeatAsItem'", 102_400, 'maybe'));
    expect(await subject.ask.repeat('x', 50_000)).toHaveLength(50_000);
    expect(await subject.ask.incarnation()).toBe(1);
  });

  it('holds for an input, and leaves room for what is said around it', async () => {
    await using system = createSystem({ maxFrame: 100_000 });

    await expect(system.spawn(Memory, { host, input: { memory: new ArrayBuffer(100_000) } })).rejects.toMatchObject(tooLarge('input of memory', 100_000));
    const memory = await system.spawn(Memory, { host, input: { memory: new ArrayBuffer(99_950) } });
    expect(await memory.ask.incarnation()).toBe(1);
  });

  it('does not hold for errors, which have a limit of their own', async () => {
    await using system = createSystem({ maxFrame: '1KB' });
    const subject = await system.spawn(Subject, { host, input: { label: 'far' } });

    await expect(subject.ask.crash('x'.repeat(500))).rejects.toMatchObject({ code: 'TROUPE_ACTOR_CRASHED' });
  });
});

describe('the longest frame', () => {
  it('leaves room for an input and what was saved, each as long as may be', async () => {
    await using system = createSystem({ maxFrame: '20MB', log: false });
    const input = { memory: new ArrayBuffer(19 * 2 ** 20) };
    const app = await run(supervisor({ children: { memory: child(Memory, { host: 'process', input }) } }), { system, log: false, signals: false });
    const memory = app.children.memory.with({ timeout: '20s' });

    await memory.ask.saveState();
    await memory.ask.exit().catch(() => undefined);

    expect(await memory.ask.incarnation()).toBe(2);
  });

  it('is no limit for buffers that move between threads', async () => {
    await using system = createSystem({ maxFrame: '1MB' });
    const memory = await system.spawn(Memory, { host: 'thread', input: {} });
    const bytes = new Uint8Array(20 * 2 ** 20);

    expect(await memory.ask.both(transfer(bytes, [bytes.buffer]), new Uint8Array(1))).toMatchObject({ lengths: [20 * 2 ** 20, 1] });
    const process = await system.spawn(Memory, { host: 'process', input: {} });
    const others = new Uint8Array(2 * 2 ** 20);
    await expect(process.ask.both(transfer(others, [others.buffer]), others)).rejects.toMatchObject({ code: 'TROUPE_FRAME_TOO_LARGE' });
    expect(others.length).toBe(2 * 2 ** 20);
  });

  it('is no limit within a thread', async () => {
    await using system = createSystem({ maxFrame: '1KB' });
    const memory = await system.spawn(Memory, { input: {} });
    const bytes = new Uint8Array(8);

    expect(await memory.ask.both(transfer(bytes, [bytes.buffer]), new Uint8Array(4_000))).toMatchObject({ lengths: [8, 4_000] });
    expect(bytes.length).toBe(0);
  });

  it('is no limit for the names of the handlers of a ref', async () => {
    await using system = createSystem({ maxFrame: 100 });
    const subject = await system.spawn(Subject, { input: { label: 's' }, host: 'thread' });

    expect(await subject.ask.echo(subject as never)).toBe(subject);
  });

  it('is seen before what is too long is built', () => {
    const codec = new Codec({ encode: () => undefined, decode: () => ({}) }, 1_000);
    const before = process.memoryUsage().arrayBuffers;
    const views = Array.from({ length: 1_000 }, () => new Uint8Array(SOURCE));

    expect(() => codec.encode(views, 'it')).toThrow(/at most 1000 can be sent/);
    expect(() => codec.encode(['x'.repeat(2 ** 21)], 'it')).toThrow(/at most 1000 can be sent/);
    expect(() => codec.encode(Array(2_000).fill('x'.repeat(2 ** 20)), 'it')).toThrow(/at most 1000 can be sent/);
    expect(() => codec.encode([Object.fromEntries([['x'.repeat(1_001), 1]])], 'it')).toThrow(/at most 1000 can be sent/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2 ** 20);
  });

  it.each([[0], ['2GB'], ['64 MB'], [null]])('is a size: %s is none', (maxFrame) => {
    expect(() => createSystem({ maxFrame: maxFrame as number })).toThrow(expect.objectContaining({ code: 'TROUPE_INVALID_OPTION' }));
  });
});

const SOURCE = new ArrayBuffer(10 * 2 ** 20);
