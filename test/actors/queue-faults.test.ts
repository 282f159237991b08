import { describe, expect, it } from 'vitest';
import { child, queue, supervisor, type Queue } from '../../index.ts';
import { Consumer, Holder, Producer, ends, marks, type Way } from '../support/actors/queue-users.ts';
import { QueueMaker } from '../support/actors/queue-maker.ts';
import { simulate, simulateEveryStep, type TestKit } from '../../testing/index.ts';

const ITEMS = 2;

/** A queue, and two consumers of it, each on a host of its own. Then the queue is closed, and joined. */
async function consume(kit: TestKit, way: Way, produce: (numbers: Queue<number>) => Promise<void>, isSupervised = false): Promise<void> {
  marks.length = ends.length = 0;
  const { clock } = kit;
  const numbers = await clock.until(queue<number>({ system: kit.system, name: 'queue', host: 'thread', capacity: 2 }));
  const input = { queue: numbers, way };
  const started = isSupervised
    ? kit.run(supervisor({ name: 'app', backoff: false, children: { a: child(Consumer, { input, host: 'process' }) } }))
    : kit.spawn(Consumer, { input, name: 'a', host: 'process' });
  // It may be gone before it is there.
  await started.catch(() => undefined);
  await kit.spawn(Consumer, { input, name: 'b', host: 'thread' });
  await produce(numbers);
  await clock.until(numbers.close().then(() => numbers.join()).catch(() => undefined));
  await clock.advance(10);
  check(kit);
}

/** The program itself as a producer. */
function put(kit: TestKit): (numbers: Queue<number>) => Promise<void> {
  return (numbers) => kit.clock.until(putAll(numbers));
}

async function putAll(numbers: Queue<number>): Promise<void> {
  for (let value = 1; value <= ITEMS; value++) {
    try {
      await numbers.put(value);
      marks.push({ what: 'accepted', value, by: 'the program' });
    } catch {
      marks.push({ what: 'failed', value, by: 'the program' });
    }
  }
}

/** What must hold, whatever has failed. */
function check(kit: TestKit): void {
  const hasEnded = (actor: string): boolean => kit.events.some(({ name, event }) => name === 'crashed' && event.actor === actor);
  const values = marks.flatMap(({ what, value }) => what === 'accepted' ? [value] : []);
  for (const value of values) {
    const story = marks.filter((mark) => mark.value === value && mark.what !== 'accepted');
    const text = JSON.stringify(story);
    // Nothing is lost, but with the queue.
    if (!hasEnded('queue')) expect(story.some(({ what }) => what === 'acknowledged'), text).toBe(true);
    // Nothing that was acknowledged comes again. What a lost host has said last may not have left it.
    const done = story.findIndex(({ what, by }) => what === 'acknowledged' && !lostLives(kit).has(by));
    if (done >= 0) expect(story.slice(done + 1), text).toEqual([]);
  }
  // One consumer gets items in their order.
  const order = marks.flatMap(({ what, by, value }) => by.startsWith('b ') && what !== 'taken' ? [value] : []);
  if (!hasEnded('a') && !hasEnded('app/a')) expect(order).toEqual(order.toSorted((one, other) => one - other));
}

function lostLives({ events }: TestKit): Set<string> {
  return new Set(events.flatMap(({ name, event }) => (
    name === 'crashed' && event.reason.kind === 'host_down' ? [`${event.actor} ${event.incarnation}`] : []
  )));
}

const WAYS: readonly Way[] = ['get', 'take', 'iterate', 'window'];

describe('no item of a queue is lost, and none that was acknowledged comes again', () => {
  it.each(WAYS)('whatever the order of what happens: %s', async (way) => {
    await simulate({ runs: 10, delay: '2ms' }, async (kit) => {
      await consume(kit, way, put(kit));

      expect(ends).toEqual([]);
      expect(marks.filter(({ what }) => what === 'acknowledged')).toHaveLength(ITEMS);
    });
  }, 60_000);

  it.each([
    ['loseHost', 'get'], ['crash', 'get'], ['loseHost', 'take'], ['crash', 'window'], ['loseHost', 'iterate'],
  ] as const)('%s of a consumer at any step: %s', async (fault, way) => {
    const runs = await simulateEveryStep({ [fault]: 'a' }, (kit) => consume(kit, way, put(kit)));

    expect(runs).toBeGreaterThan(50);
  }, 120_000);

  it('loss of the host of a consumer that is started again, at any step', async () => {
    await simulateEveryStep({ loseHost: 'app/a' }, (kit) => consume(kit, 'take', put(kit), true));
  }, 120_000);

  it.each(['loseHost', 'crash'] as const)('%s of a producer at any step', async (fault) => {
    await simulateEveryStep({ [fault]: 'producer' }, (kit) => consume(kit, 'get', async (numbers) => {
      const producer = await kit.spawn(Producer, { name: 'producer', host: 'process' }).catch(() => undefined);
      if (producer !== undefined) await kit.clock.until(producer.ask.produce(numbers, 1, ITEMS).catch(() => undefined));
      await kit.clock.advance(10);

      for (let value = 1; value <= ITEMS; value++) {
        // An item of unknown fate is there once, or not at all.
        const gets = marks.filter((mark) => mark.what === 'acknowledged' && mark.value === value);
        expect(gets.length).toBeLessThanOrEqual(1);
      }
    }));
  }, 120_000);
});

describe('a wait that is given up', () => {
  it('loses nothing, and doubles nothing, whatever is on its way meanwhile', async () => {
    await simulate({ runs: 30, delay: '3ms' }, async (kit) => {
      const numbers = await kit.clock.until(queue<number>({ system: kit.system, host: 'thread', capacity: 1 }));
      const [accepted, unknown, got]: [number[], number[], number[]] = [[], [], []];
      const produce = async (from: number): Promise<void> => {
        for (let value = from; value < from + 8; value++) {
          // Now slower than the consumers, now faster.
          for (let pauses = value % 4; pauses > 0; pauses--) await numbers.size();
          await numbers.put(value, { timeout: 8 }).then(() => accepted.push(value), ({ where }: { where: string }) => {
            if (where === 'unknown') unknown.push(value);
          });
        }
      };
      const consumeSome = async (): Promise<void> => {
        for (let times = 0; times < 20; times++) {
          const over = new AbortController();
          const wait = times % 2 === 0 ? { timeout: 5 } : { signal: over.signal };
          const getting = numbers.get(wait).then((value) => { got.push(value); }, () => undefined);
          if (times % 2 === 1) numbers.size().then(() => over.abort(), () => undefined);
          await getting;
        }
      };

      await kit.clock.until(Promise.all([produce(0), produce(100), consumeSome(), consumeSome()]));
      await kit.clock.advance(100);
      for (let rest = await kit.clock.until(numbers.tryGet()); rest !== undefined; rest = await kit.clock.until(numbers.tryGet())) got.push(rest);

      expect(got.length).toBe(new Set(got).size);
      expect(got.filter((value) => !unknown.includes(value)).toSorted((a, b) => a - b)).toEqual(accepted.toSorted((a, b) => a - b));
      await kit.clock.until(numbers.join({ timeout: '1s' }));
    });
  }, 60_000);
});

describe('nobody waits for ever for a queue', () => {
  it.each([['crash', 'take'], ['loseHost', 'get']] as const)('%s of the queue at any step: %s', async (fault, way) => {
    await simulateEveryStep({ [fault]: 'queue' }, async (kit) => {
      await consume(kit, way, put(kit)).catch((error: unknown) => {
        // It was gone before anybody had it.
        if (!['TROUPE_START_FAILED', 'TROUPE_ACTOR_STOPPED'].includes((error as { code: string }).code)) throw error;
      });
    });
  }, 120_000);

  it('crash of the one that has made it at any step', async () => {
    const runs = await simulateEveryStep({ crash: 'maker' }, async (kit) => {
      const { clock } = kit;
      const maker = await kit.spawn(QueueMaker, { name: 'maker', host: 'thread' }).catch(() => undefined);
      const numbers = await clock.until(Promise.resolve(maker?.ask.make(1)).catch(() => undefined));
      if (numbers === undefined) return;
      const holder = await kit.spawn(Holder, { host: 'process' });
      const told = { put: 0, got: 0 };
      const end = await clock.until(Promise.all([
        (async () => { for (; told.put < ITEMS; told.put++) await numbers.put(told.put + 1); })().catch(codeOf),
        (async () => { for (; told.got < ITEMS; told.got++) expect(await holder.ask.get(numbers)).toBe(told.got + 1); })().catch(codeOf),
        clock.until(numbers.join()).catch(codeOf),
      ]));

      for (const code of end) expect([undefined, 'TROUPE_ACTOR_STOPPED', 'TROUPE_ACTOR_CRASHED', 'TROUPE_HOST_DOWN']).toContain(code);
      expect(told.got).toBeLessThanOrEqual(told.put + 1);
    });

    expect(runs).toBeGreaterThan(20);
  }, 120_000);
});

function codeOf(error: unknown): unknown { return (error as { code?: unknown }).code; }
