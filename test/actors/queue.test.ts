import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Queue, QueueActor, child, pipe, queue, select, supervisor, type QueueOptions } from '../../index.ts';
import { Holder } from '../support/actors/queue-users.ts';
import { testKit, type TestKit } from '../../testing/index.ts';

describe('a queue', () => {
  let kit: TestKit;
  beforeEach(async () => { kit = await testKit(); });
  afterEach(async () => { await kit[Symbol.asyncDispose](); });

  const make = <T>(options: QueueOptions = {}): Promise<Queue<T>> => kit.clock.until(queue<T>({ system: kit.system, ...options })) as Promise<Queue<T>>;
  const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
  /** Whether it has settled when all has happened that can. */
  const isSettled = async (promise: Promise<unknown>): Promise<boolean> => {
    let settled = false;
    promise.then(() => { settled = true; }, () => { settled = true; });
    await kit.clock.advance(1);
    return settled;
  };
  /** What it resolves with, or the code of what it rejects with. */
  const outcomeOf = (promise: Promise<unknown>): Promise<unknown> => promise.catch((error: unknown) => (error as { code: unknown }).code);
  const codeOf = (promise: Promise<unknown>): Promise<unknown> => until(outcomeOf(promise));

  it('gives first what was put first, to whoever waited first', async () => {
    const numbers = await make<number>();
    const gets = [numbers.get(), numbers.get(), numbers.get()];
    await kit.idle();

    for (const n of [1, 2, 3]) await until(numbers.put(n));

    expect(await until(Promise.all(gets))).toEqual([1, 2, 3]);
  });

  it('gives any value back as it was', async () => {
    const values = await make<unknown>({ host: 'thread' });

    for (const value of [undefined, null, [], new Map([[1, { a: 2 }]])]) {
      await until(values.put(value));
      expect(await until(values.get())).toEqual(value);
    }
  });

  it('has putters wait while it is full, in turn', async () => {
    const numbers = await make<number>({ capacity: 1 });
    await until(numbers.put(1));
    const second = numbers.put(2);
    const third = numbers.put(3);

    expect(await isSettled(second)).toBe(false);
    expect(await until(numbers.get())).toBe(1);
    expect(await isSettled(second)).toBe(true);
    expect(await isSettled(third)).toBe(false);
    expect(await until(numbers.get())).toBe(2);
    expect(await until(numbers.get())).toBe(3);
    await until(third);
  });

  it('says whether it has room, and whether it has anything', async () => {
    const numbers = await make<number>({ capacity: 1 });

    expect(await until(numbers.tryGet())).toBeUndefined();
    expect(await until(numbers.tryPut(1))).toBe(true);
    expect(await until(numbers.tryPut(2))).toBe(false);
    expect(await until(numbers.size())).toBe(1);
    expect(await until(numbers.tryGet())).toBe(1);
    expect(await until(numbers.size())).toBe(0);
  });

  it.each(['local', 'thread'] as const)('rejects a put that finds no room in time, and has not taken the item (%s)', async (host) => {
    const numbers = await make<number>({ capacity: 1, host });
    await until(numbers.put(1));

    expect(await codeOf(numbers.put(2, { timeout: 10 }))).toBe('TROUPE_ASK_TIMEOUT');

    expect(await until(numbers.get())).toBe(1);
    expect(await until(numbers.tryGet())).toBeUndefined();
  });

  it.each(['local', 'thread'] as const)('rejects a get that gets nothing in time, and loses nothing (%s)', async (host) => {
    const numbers = await make<number>({ host });

    expect(await codeOf(numbers.get({ timeout: 10 }))).toBe('TROUPE_ASK_TIMEOUT');

    await until(numbers.put(1));
    expect(await until(numbers.get())).toBe(1);
  });

  it('rejects what is aborted with its reason, and loses nothing', async () => {
    const numbers = await make<number>({ capacity: 1, host: 'thread' });
    const why = new Error('enough');
    const waiting = new AbortController();
    const get = numbers.get({ signal: waiting.signal });
    await kit.idle();
    waiting.abort(why);
    await expect(get).rejects.toBe(why);
    await expect(numbers.get({ signal: waiting.signal })).rejects.toBe(why);
    await until(numbers.put(1));
    const full = new AbortController();
    const put = numbers.put(2, { signal: full.signal });
    await kit.idle();
    full.abort(why);
    await expect(put).rejects.toBe(why);

    expect(await until(numbers.get())).toBe(1);
    expect(await until(numbers.tryGet())).toBeUndefined();
    expect(await until(numbers.join())).toBeUndefined();
  });

  it('takes back what is on its way to a get that was aborted', async () => {
    const numbers = await make<number>({ host: 'thread' });
    await until(numbers.put(1));
    await until(numbers.put(2));
    const over = new AbortController();
    const got = numbers.get({ signal: over.signal });
    over.abort();
    await expect(got).rejects.toMatchObject({ name: 'AbortError' });

    expect(await until(numbers.get())).toBe(1);
    expect(await until(numbers.get())).toBe(2);
  });

  it('refuses at put what can\'t be sent, and says which part', async () => {
    const values = await make<unknown>();

    await expect(values.put({ a: [() => 1] })).rejects.toMatchObject({ code: 'TROUPE_NOT_SENDABLE', path: 'argument 1 of put → .a[0]' });
    expect(await until(values.size())).toBe(0);
  });

  it.each([
    [{ capacity: 0 }, 'TROUPE_INVALID_OPTION'],
    [{ capacity: 1.5 }, 'TROUPE_INVALID_OPTION'],
    [{ size: 5 } as QueueOptions, 'TROUPE_INVALID_OPTION'],
    [{ host: 'moon' } as unknown as QueueOptions, 'TROUPE_INVALID_OPTION'],
  ])('is not made with %o', async (options, code) => {
    expect(await codeOf(queue({ system: kit.system, ...options }) as Promise<unknown>)).toBe(code);
  });

  it.each(['put', 'get', 'take', 'join', 'poll'] as const)('checks the options of %s()', async (method) => {
    const numbers = await make<number>();
    const call = (options: object): Promise<unknown> => method === 'put' ? numbers.put(1, options) : numbers[method](options);

    await expect(call({ timeout: 0 })).rejects.toMatchObject({ code: 'TROUPE_INVALID_DURATION' });
    await expect(call({ signal: 5 })).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    await expect(call({ time: 5 })).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });

  it.each([0, 1.5, Infinity])('has no window of %o', async (window) => {
    const numbers = await make<number>();

    expect(() => numbers.items({ window })).toThrow(TypeError);
  });

  describe('that is given many items at once', () => {
    /** Numbers from 0 on, and how many of them were pulled, and whether that is over. */
    function counter(end = Infinity): { pulled: number; isClosed: boolean; items: Iterable<number> } {
      const self = { pulled: 0, isClosed: false, items: count() };
      function* count(): Generator<number> {
        try {
          while (self.pulled < end) yield self.pulled++;
        } finally {
          self.isClosed = true;
        }
      }
      return self;
    }

    it('has them in their order, as there is room, and pulls no more than go together', async () => {
      const numbers = await make<number>({ capacity: 3 });
      const source = counter(300);
      const putting = numbers.putAll(source.items);

      expect(await isSettled(putting)).toBe(false);
      expect([await until(numbers.size()), source.pulled]).toEqual([3, 256]);
      for (let n = 0; n < 300; n++) expect(await until(numbers.get())).toBe(n);
      await until(putting);
      expect(await until(numbers.size())).toBe(0);
    });

    it('gives what finds room to those who wait, though none was free', async () => {
      const numbers = await make<number>({ capacity: 1 });
      const gets = [numbers.get(), numbers.get(), numbers.get()];
      await kit.idle();

      await until(numbers.putAll([1, 2, 3, 4]));

      expect(await until(Promise.all(gets))).toEqual([1, 2, 3]);
      expect(await until(numbers.get())).toBe(4);
    });

    it('lets others put between them only behind those that wait', async () => {
      const numbers = await make<number>({ capacity: 1 });
      const all = numbers.putAll([1, 2, 3]);
      await kit.idle();
      const one = numbers.put(4);

      const got = [];
      for (let n = 0; n < 4; n++) got.push(await until(numbers.get()));

      expect(got).toEqual([1, 2, 3, 4]);
      await until(Promise.all([all, one]));
    });

    it('takes those of an async iterable one by one, as they come', async () => {
      const numbers = await make<number>();
      const [letters, more] = [await make<string>(), await make<string>()];
      const putting = more.putAll(letters);
      await until(letters.put('a'));

      expect(await until(more.get())).toBe('a');
      expect(await isSettled(putting)).toBe(false);
      await until(letters.close());
      await until(putting);
      expect(await until(numbers.size())).toBe(0);
    });

    it('has those before the one that can\'t be sent, or that the input throws instead of', async () => {
      const values = await make<unknown>();
      const source = counter();
      const failing = function* (): Generator {
        yield 'a';
        yield 'b';
        throw Object.assign(new Error('no more'), { code: 'NO_MORE' });
      };

      expect(await codeOf(values.putAll([1, 2, () => 3, 4]))).toBe('TROUPE_NOT_SENDABLE');
      expect(await until(values.size())).toBe(2);
      expect(await codeOf(values.putAll(failing()))).toBe('NO_MORE');
      expect(await until(values.size())).toBe(4);
      await until(values.close());
      expect(await codeOf(values.putAll(source.items))).toBe('TROUPE_CLOSED');
      expect(source.isClosed).toBe(true);
    });

    it('keeps what it had room for when it is closed, or nobody waits any more', async () => {
      const [one, other] = [await make<number>({ capacity: 2 }), await make<number>({ capacity: 2, host: 'thread' })];
      const refused = codeOf(one.putAll([1, 2, 3]));
      await kit.idle();
      await until(one.close());

      expect(await refused).toBe('TROUPE_CLOSED');
      expect(await codeOf(other.putAll([1, 2, 3], { timeout: 10 }))).toBe('TROUPE_ASK_TIMEOUT');
      for (const each of [one, other]) {
        expect(await until(Promise.all([each.get(), each.get()]))).toEqual([1, 2]);
        expect(await until(each.size())).toBe(0);
      }
      expect(await codeOf(one.putAll(5 as unknown as number[]))).toBe('TROUPE_INVALID_OPTION');
    });
  });

  describe('of what was taken', () => {
    it('is joined when all is acknowledged', async () => {
      const numbers = await make<number>({ host: 'thread' });
      await until(numbers.join());
      await until(numbers.put(1));
      const joined = numbers.join();
      const delivery = await until(numbers.take());

      expect(await isSettled(joined)).toBe(false);
      expect(await codeOf(numbers.join({ timeout: '1s' }))).toBe('TROUPE_ASK_TIMEOUT');
      delivery.acknowledge();
      expect(await isSettled(joined)).toBe(true);
    });

    it('gives what was released to the next one, in the old order', async () => {
      const numbers = await make<number>();
      for (const n of [1, 2, 3, 4]) await until(numbers.put(n));
      const [first, second, third] = [await until(numbers.take()), await until(numbers.take()), await until(numbers.take())];

      third.release();
      first.release();

      expect(await until(numbers.size())).toBe(3);
      expect(await until(numbers.get())).toBe(1);
      second.release();
      expect([await until(numbers.get()), await until(numbers.get()), await until(numbers.get())]).toEqual([2, 3, 4]);
    });

    it('heeds what was said first of a delivery, and nothing after it', async () => {
      const numbers = await make<number>();
      await until(numbers.put(1));
      await until(numbers.put(2));
      {
        using done = await until(numbers.take());
        done.acknowledge();
        done.acknowledge();
        done.release();
        const undone = await until(numbers.take());
        undone.release();
        undone.acknowledge();
      }

      expect(await until(numbers.get())).toBe(2);
      await until(numbers.join());
    });

    it('acknowledges each item of a loop when the next one is asked for, and takes the last one back at a break', async () => {
      const numbers = await make<number>({ host: 'thread' });
      for (const n of [1, 2, 3]) await until(numbers.put(n));
      const seen: number[] = [];
      const loop = async (): Promise<void> => {
        for await (const n of numbers) {
          seen.push(n);
          if (n === 2) break;
        }
      };

      await until(loop());

      expect(seen).toEqual([1, 2]);
      expect(await until(numbers.get())).toBe(2);
      expect(await until(numbers.get())).toBe(3);
    });

    it('takes back at a break what has come along in the window', async () => {
      const numbers = await make<number>({ host: 'thread' });
      for (const n of [1, 2, 3, 4, 5]) await until(numbers.put(n));
      const loop = async (): Promise<void> => {
        for await (const n of numbers.items({ window: 4 })) if (n === 2) throw new Error('no');
      };

      await expect(until(loop())).rejects.toThrow('no');

      const rest = [];
      for (let i = 0; i < 4; i++) rest.push(await until(numbers.get()));
      expect(rest).toEqual([2, 3, 4, 5]);
      await until(numbers.join());
    });

    it('ends a loop with the reason of its signal; what was asked for before is acknowledged', async () => {
      const numbers = await make<number>({ host: 'thread' });
      await until(numbers.put(1));
      const over = new AbortController();
      const loop = async (): Promise<void> => {
        for await (const n of numbers.items({ signal: over.signal })) if (n === 1) over.abort(new Error('over'));
      };

      await expect(until(loop())).rejects.toThrow('over');

      await until(numbers.join({ timeout: '1s' }));
    });
  });

  describe('that is closed', () => {
    it('refuses putters, those that wait too, and lets consumers have the rest', async () => {
      const numbers = await make<number>({ capacity: 1 });
      await until(numbers.put(1));
      const waiting = outcomeOf(numbers.put(2));
      await kit.idle();

      await until(numbers.close());
      await until(numbers.close());

      expect(await waiting).toBe('TROUPE_CLOSED');
      expect(await codeOf(numbers.put(3))).toBe('TROUPE_CLOSED');
      expect(await codeOf(numbers.tryPut(3))).toBe('TROUPE_CLOSED');
      expect(await until(numbers.get())).toBe(1);
      expect(await codeOf(numbers.get())).toBe('TROUPE_CLOSED');
      expect(await codeOf(numbers.tryGet())).toBe('TROUPE_CLOSED');
      expect(await until(numbers.poll())).toBe(true);
    });

    it('ends those who wait when all is acknowledged, as until then something may come back', async () => {
      const numbers = await make<number>();
      await until(numbers.put(1));
      await until(numbers.put(2));
      const first = await until(numbers.take());
      const second = await until(numbers.take());
      const getting = numbers.get();
      const waiting = outcomeOf(numbers.get());
      await until(numbers.close());

      first.acknowledge();
      expect(await isSettled(getting)).toBe(false);
      second.release();

      expect(await until(getting)).toBe(2);
      expect(await waiting).toBe('TROUPE_CLOSED');
    });

    it('ends loops', async () => {
      const numbers = await make<number>({ host: 'process' });
      const holder = await kit.spawn(Holder, { host: 'thread' });
      const sums = [holder.ask.sum(numbers), holder.ask.sum(numbers)];
      for (const n of [1, 2, 3]) await until(numbers.put(n));
      await until(numbers.close());

      expect((await until(Promise.all(sums))).reduce((a, b) => a + b)).toBe(6);
    });
  });

  describe('whose consumer ends', () => {
    it.each(['crash', 'loseHost'] as const)('gives what that one held to the next one, in the old order (%s)', async (how) => {
      const numbers = await make<number>();
      for (const n of [1, 2, 3]) await until(numbers.put(n));
      const holder = await kit.spawn(Holder, { host: 'process' });
      expect(await until(holder.ask.hold(numbers, 2))).toEqual([1, 2]);
      expect(await until(numbers.size())).toBe(1);

      await kit[how](holder);

      expect([await until(numbers.get()), await until(numbers.get()), await until(numbers.get())]).toEqual([1, 2, 3]);
    });

    it('forgets that it waits', async () => {
      const numbers = await make<number>({ host: 'thread' });
      const holder = await kit.spawn(Holder, { host: 'process' });
      const got = outcomeOf(holder.ask.get(numbers));
      await kit.idle();

      await kit.loseHost(holder);

      expect(await got).toBe('TROUPE_HOST_DOWN');
      await until(numbers.put(1));
      expect(await until(numbers.get())).toBe(1);
    });

    it('gives to the next life of that one what the last one held', async () => {
      const numbers = await make<number>({ host: 'thread' });
      const app = await kit.run(supervisor({ backoff: false, children: { holder: child(Holder, { host: 'thread' }) } }));
      const { holder } = app.children;
      for (let n = 1; n <= 3; n++) {
        await until(numbers.put(n));
        expect(await until(holder.ask.hold(numbers, 1))).toEqual([1]);
        await kit.crash(holder);
      }

      expect(await until(holder.ask.hold(numbers, 3))).toEqual([1, 2, 3]);
      await until(app.stop());
    });
  });

  describe('that ends itself', () => {
    it.each(['crash', 'loseHost'] as const)('tells all who wait (%s)', async (how) => {
      const numbers = await make<number>({ name: 'numbers', host: 'thread', capacity: 1 });
      await until(numbers.put(1));
      const putting = outcomeOf(numbers.put(2));
      const joining = outcomeOf(numbers.join());
      await kit.idle();
      await until(numbers.take());
      await kit.idle();
      await until(numbers.take());
      const getting = outcomeOf(numbers.get());
      await kit.idle();

      await kit[how]('numbers');

      const code = how === 'crash' ? 'TROUPE_ACTOR_CRASHED' : 'TROUPE_HOST_DOWN';
      expect(await putting).toBeUndefined();
      expect([await joining, await getting]).toEqual([code, code]);
      expect(await codeOf(numbers.put(3))).toBe('TROUPE_ACTOR_STOPPED');
      expect(await codeOf(numbers.get())).toBe('TROUPE_ACTOR_STOPPED');
    });

    it('is disposed of', async () => {
      const numbers = await make<number>();
      const getting = outcomeOf(numbers.get());
      await kit.idle();

      await until(numbers[Symbol.asyncDispose]());

      expect(await getting).toBe('TROUPE_ACTOR_STOPPED');
    });
  });

  it('is a supervisor\'s child, too: its handle works on after a restart, with an empty queue', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { jobs: child(QueueActor, { input: { capacity: 2 }, host: 'thread' }) } }));
    const jobs = new Queue<number>(app.children.jobs);
    await until(jobs.put(1));
    const held = await until(jobs.take());
    await until(jobs.put(2));

    await kit.crash(app.children.jobs);
    await until(jobs.put(3));
    held.release();

    expect(await until(jobs.get())).toBe(3);
    expect(await until(jobs.size())).toBe(0);
    await until(app.stop());
  });

  it('may be sent to any host, and back', async () => {
    const numbers = await make<number>({ host: 'thread' });
    const holder = await kit.spawn(Holder, { host: 'process' });

    const back = await until(holder.ask.pass(numbers));
    await until(back.put(5));

    expect(await until(numbers.get())).toBe(5);
  });

  it('may go through another queue, and through a pipe', async () => {
    const queues = await make<Queue<number>>({ host: 'process' });
    const numbers = await make<number>({ host: 'thread' });
    await until(queues.put(numbers));
    const holder = await kit.spawn(Holder, { host: 'thread' });
    const got = holder.ask.get(await until(queues.get()));
    await until(numbers.put(7));

    expect(await until(got)).toBe(7);
    const [here, there] = await until(pipe<Queue<number>>({ system: kit.system }));
    await until(here.send(numbers));
    const again = await until(there.receive());
    await until(again.put(8));
    expect(await until(numbers.get())).toBe(8);
  });

  it('may be selected from, together with pipes: nothing is taken by that', async () => {
    const numbers = await make<number>({ host: 'thread' });
    const other = await make<number>();
    const selected = select([numbers, other]);
    await until(numbers.put(1));

    expect(await until(selected)).toEqual([numbers]);
    expect(await until(numbers.size())).toBe(1);
    expect(await until(select([numbers, other], { timeout: 5 }))).toEqual([numbers]);
    await until(numbers.get());
    expect(await until(select([numbers, other], { timeout: 5 }))).toEqual([]);
  });

  it('says whether a get would wait, or when it won\'t', async () => {
    const numbers = await make<number>({ host: 'thread' });

    expect(await until(numbers.poll())).toBe(false);
    expect(await until(numbers.poll({ timeout: 10 }))).toBe(false);
    const ready = numbers.poll({ timeout: '1m' });
    await until(numbers.put(1));
    expect(await until(ready)).toBe(true);
    expect(await until(numbers.get())).toBe(1);
  });
});
