import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RefOf, SystemEvents } from '../../index.ts';
import { child, run, supervisor } from '../../index.ts';
import type { BreakingRef } from '../support/actors/breaking.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { Faulty } from '../support/actors/faulty-handlers.ts';
import { Sink } from '../support/actors/sink.ts';
import { SharedHost } from '../support/shared-host.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';
import { until } from '../support/until.ts';

const REMOTE = ['thread', 'process'] as const;

const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const count = (to: number): number[] => Array.from({ length: to }, (_, i) => i);

describe.each(REMOTE)('messages (%s)', (host) => {
  const shared = new SharedHost(host);
  let sink: RefOf<typeof Sink>;
  beforeEach(async () => { sink = await shared.system.spawn(Sink); });
  afterEach(() => sink.stop());

  it.each(['local', 'thread'] as const)('of a sender that stops with a backlog reach its peer before its end does: to %s', async (to) => {
    await using receiver = await shared.system.spawn(Sink, { host: to });
    const sender = await shared.add();
    await receiver.ask.watch(sender);

    sender.tell.tellAndEnd(receiver, 5_000, 'stop');

    expect(await deadline(sender.closed, 'it ends', 2_000)).toEqual({ kind: 'normal' });
    await deadline(until(async () => (await receiver.ask.noted()).includes('down: normal')), 'its end is told');
    expect(await receiver.ask.noted()).toEqual([...count(5_000), 'down: normal']);
  });

  it('to a receiver that closes at message 10: ten are handled, the others are dead letters', async () => {
    const receiver = await shared.add();
    const letters: SystemEvents['dead_letter'][] = [];
    const stopListening = shared.system.events.on('dead_letter', (letter) => letters.push(letter));
    const before = shared.system.account.deadLetters;

    for (let i = 0; i < 100; i++) receiver.tell.noteUpTo(10, i, sink);

    await deadline(receiver.closed, 'it ends');
    await deadline(until(() => letters.length >= 90), 'the dead letters are told');
    await deadline(until(async () => (await sink.ask.noted()).length >= 10), 'what was handled is told');
    stopListening();
    expect(await sink.ask.noted()).toEqual(count(10));
    expect(letters).toMatchObject(Array.from({ length: 90 }, () => ({ handler: 'noteUpTo', reason: 'stopped', count: 1 })));
    expect(shared.system.account.deadLetters - before).toBe(90);
  });

  it('that throw in a message handler on main end that actor alone: nothing of it is uncaught', async () => {
    const [guilty, sender] = [await shared.system.spawn(Sink), await shared.add()];
    const asked = guilty.ask.block().catch((error: unknown) => error);

    await sender.ask.tellCrash(guilty);

    const failure = await deadline(asked, 'it crashes');
    expect(failure).toMatchObject({ name: 'ActorCrashedError', cause: { message: 'crash on request' } });
    expect(await sink.ask.noted()).toEqual([]);
  });

  it('in a flood without backpressure let timers and input have turns, are told as an overload, and cost what they are', async () => {
    const receiver = await shared.add();
    const overloads: SystemEvents['overload'][] = [];
    const stopListening = shared.system.events.on('overload', (overload) => overloads.push(overload));
    const last = 100_000 - 1;
    const before = process.memoryUsage().heapUsed;

    for (let i = 0; i <= last; i++) receiver.tell.flooded(i, last);
    const bytes = process.memoryUsage().heapUsed - before;

    expect(await receiver.with({ timeout: '20s' }).ask.beforeTheLast()).toEqual(['immediate', 'input', 'timer']);
    stopListening();
    expect(overloads[0]).toMatchObject({ at: 'high_water', limit: 1_024, waiting: 2_048 });
    expect(overloads.length).toBeLessThan(10);
    expect(bytes / last).toBeLessThan(2_000);
  });

  it('of 1 GiB are refused at the sender, before they are made bytes, in both directions', async () => {
    const receiver = await shared.add();
    const peak = async (): Promise<number> => {
      return Math.max(process.resourceUsage().maxRSS / 1_024, await receiver.ask.peakMegabytes());
    };
    const before = await peak();
    const large = new Uint8Array(2 ** 30);
    const tooLarge = { name: 'FrameTooLargeError', code: 'TROUPE_FRAME_TOO_LARGE' };

    expect(() => receiver.tell.noteLate({ deep: [large] })).toThrow(expect.objectContaining({ ...tooLarge, executed: 'no' }) as Error);
    await expect(receiver.ask.noteLate('x'.repeat(2 ** 28))).rejects.toMatchObject({ ...tooLarge, executed: 'no' });
    await expect(receiver.ask.give(2 ** 30)).rejects.toMatchObject({ ...tooLarge, executed: 'maybe' });

    expect(await receiver.ask.seen()).toEqual([]);
    expect(await peak() - before).toBeLessThan(500);
  });

  it('with late replies are counted, and those that were given up in the mailbox are never run', async () => {
    const slow = await shared.add();
    const late = new Promise<unknown>((resolve) => { shared.system.events.on('late_reply', resolve); });
    const running = slow.with({ timeout: 20 }).ask.answerAfter(60).catch((error: unknown) => error);
    const waiting = slow.with({ timeout: 20 }).ask.noteLate('never').catch((error: unknown) => error);

    expect(await running).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', executed: 'maybe' });
    expect(await waiting).toMatchObject({ code: 'TROUPE_ASK_TIMEOUT', executed: 'no' });
    expect(await deadline(late, 'the reply comes')).toEqual({ count: 1 });
    expect(await slow.ask.seen()).toEqual([]);
  });
});

describe.concurrent.each(REMOTE)('messages of a host that ends (%s)', (host) => {
  it.each([
    ['process.exit', 'exit'],
    ['a throw', 'throw'],
  ] as const)('posted before %s: what arrives is the first of them; its asks fail', async (_end, how) => {
    await using system = new TestSystem();
    const [sink, sender] = [await system.spawn(Sink), await system.spawn(Breaking, { host })];
    await sink.ask.watch(sender);
    sender.tell.tellAndEnd(sink, 1_000, how);
    const asked = sender.ask.block().catch((error: unknown) => error);

    await deadline(until(async () => (await sink.ask.noted()).at(-1) === 'down: host_down'), 'its end is told', 2_000);

    const numbers = (await sink.ask.noted()).slice(0, -1).map((item) => (item as { i: number }).i);
    expect(numbers).toEqual(count(numbers.length));
    expect(await asked).toMatchObject({ name: 'HostDownError', code: 'TROUPE_HOST_DOWN' });
  });

  it.each<[string, string, (source: BreakingRef) => unknown]>([
    ['exit', 'HostDownError', (source) => source.tell.exit(0)],
    ['kill', 'ActorStoppedError', (source) => source.kill()],
    ['terminate(), since it is blocked', 'HostDownError', async (source) => {
      const file = join(folder, `${host}-spins`);
      source.tell.spin(file);
      await until(() => existsSync(file));
      source.kill();
    }],
  ])('that is ended mid-stream, by %s: the consumer gets no more of it; the next life serves another', async (_how, name, end) => {
    await using system = new TestSystem();
    const tree = supervisor({ backoff: false, children: { source: child(Breaking, { host }) } });
    const app = await run(tree, { system, log: false, signals: false });
    const { source } = app.children;
    const stream = source.ask.lives();
    expect(await stream.next()).toEqual({ done: false, value: 1 });
    await end(source);

    const { items, failure } = await deadline(drained(stream), 'the stream fails', 2_000);
    const again = source.with({ timeout: '20s' }).ask.lives();
    const next = [await again.next(), await again.next()];
    await again.return?.();

    expect(failure).toMatchObject({ name, executed: 'maybe' });
    expect(new Set(items)).toEqual(new Set(items.length === 0 ? [] : [1]));
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(next).toEqual([{ done: false, value: 2 }, { done: false, value: 2 }]);
  });

  it('because it said what no host says (messageerror): the error names that, and the program goes on', async () => {
    await using system = new TestSystem();
    const [broken, sound] = await Promise.all([system.spawn(Breaking, { host }), system.spawn(Breaking)]);

    broken.tell.sayRubbish();

    const { error } = await deadline(broken.closed, 'it is ended', 2_000) as { error?: unknown };
    expect(error).toMatchObject({ name: 'ProtocolError', code: 'TROUPE_PROTOCOL' });
    expect(await sound.ask.echo('alive')).toBe('alive');
  });

  it('and starts again: what was given up meanwhile is never run, what was not is', async () => {
    await using system = new TestSystem();
    const tree = supervisor({ backoff: false, children: { actor: child(Faulty, { host, input: { restartMs: 200 } }) } });
    const app = await run(tree, { system, log: false, signals: false });
    const ref = app.children.actor;
    const sink = await system.spawn(Sink);
    await ref.ask.exit(0).catch(() => undefined);
    const hasty = Array.from({ length: 5 }, (_, i) => {
      return ref.with({ timeout: 20 }).ask.noteTo(sink, `hasty ${i}`).catch((error: unknown) => error);
    });
    const patient = ref.with({ timeout: '20s' }).ask.noteTo(sink, 'patient');

    const given = { code: 'TROUPE_ASK_TIMEOUT', executed: 'no' };
    expect(await Promise.all(hasty)).toMatchObject(hasty.map(() => given));
    await patient;
    await deadline(until(async () => (await sink.ask.noted()).length > 0), 'it is noted');

    expect(await sink.ask.noted()).toEqual(['patient']);
  });
});

async function drained(stream: AsyncIterable<unknown>): Promise<{ items: unknown[]; failure: unknown }> {
  const items: unknown[] = [];
  try {
    for await (const item of stream) items.push(item);
    return { items, failure: 'none' };
  } catch (failure) {
    return { items, failure };
  }
}
