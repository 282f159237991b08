import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Barrier, BarrierActor, barrier, child, supervisor, type BarrierOptions } from '../../../index.ts';
import { Comer, actions, fail, note, rest } from '../../support/actors/barrier-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

let kit: TestKit;
beforeEach(async () => {
  kit = await testKit();
  actions.length = 0;
});
afterEach(async () => { await kit[Symbol.asyncDispose](); });

const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
const make = (parties: number, options: Partial<BarrierOptions> = {}): Promise<Barrier> => until(barrier({ system: kit.system, parties, ...options }));
/** Its place, or what it is told. */
const come = (start: Barrier, options?: { timeout?: number; signal?: AbortSignal }): Promise<unknown> => (
  start.wait(options).catch(({ message }: Error) => /"barrier-1": (.*)/.exec(message)?.[1] ?? message)
);

describe('a barrier', () => {
  it.each(['local', 'thread'] as const)('lets all go on when the last one has come, with their places, again and again (%s)', async (host) => {
    const start = await make(3, { host });
    for (let round = 0; round < 3; round++) {
      const waits = [start.wait(), start.wait()];
      await kit.idle();
      expect(await until(start.waiting())).toBe(2);
      const last = start.wait();

      expect((await until(Promise.all([...waits, last])))).toEqual([0, 1, 2]);
      expect(await until(start.waiting())).toBe(0);
    }
  });

  it('holds up nobody who is the only party', async () => {
    expect(await until((await make(1)).wait())).toBe(0);
  });

  it('lets those go on together who come together, when there are more', async () => {
    const start = await make(2, { action: note });

    expect(await until(Promise.all([1, 2, 3, 4].map(() => start.wait())))).toEqual([0, 1, 0, 1]);
    expect(actions).toEqual(['done', 'done']);
  });

  it('does its action when all have come, before anybody goes on', async () => {
    const start = await make(2, { action: note, host: 'thread' });
    const first = start.wait().then(() => actions.length);
    await kit.idle();
    expect(actions).toEqual([]);
    const second = start.wait().then(() => actions.length);

    expect(await until(Promise.all([first, second]))).toEqual([1, 1]);
  });

  it('takes its time with its action: those who wait have come in time', async () => {
    const start = await make(2, { action: rest, timeout: 50 });

    expect(await until(Promise.all([start.wait(), start.wait({ timeout: 10 })]))).toEqual([0, 1]);
  });

  it('ends its action when it is reset meanwhile', async () => {
    const start = await make(1, { action: rest });
    const wait = come(start);
    await kit.clock.advance(50);
    await until(start.reset());
    expect(await until(wait)).toBe('it was reset');

    await kit.clock.advance('1s');

    expect(actions).toEqual(['begun']);
  });

  it('is broken when its action fails, for all, with the cause', async () => {
    const start = await make(2, { action: fail });
    const waits = [start.wait(), start.wait()].map((wait) => wait.then(() => undefined, (error: unknown) => error));

    for (const failure of await until(Promise.all(waits))) {
      expect(failure).toMatchObject({ name: 'BrokenBarrierError', code: 'TROUPE_BROKEN_BARRIER', cause: { message: 'no action' } });
    }
    expect(await until(come(start))).toBe('its action has failed');
    expect(await until(start.isBroken())).toBe(true);
  });

  it('is broken when one of the parties has waited for too long, in the time of the party or of the barrier', async () => {
    const start = await make(3, { timeout: 100 });
    const patient = come(start);
    expect(await until(come(start, { timeout: 10 }))).toBe('not all parties came within 10 ms');
    expect(await until(patient)).toBe('not all parties came within 10 ms');
    expect(await until(come(start))).toBe('not all parties came within 10 ms');
    await until(start.reset());

    expect(await until(come(start))).toBe('not all parties came within 100 ms');
  });

  it('is broken when one of the parties gives up', async () => {
    const start = await make(3, { host: 'thread' });
    const why = new Error('enough');
    const over = new AbortController();
    const other = come(start);
    const waiting = come(start, { signal: over.signal });
    await kit.idle();
    over.abort(why);

    expect(await until(waiting)).toBe('enough');
    expect(await until(other)).toBe('the program waits no more');
  });

  it.each(['crash', 'loseHost'] as const)('is broken when one of the parties ends (%s)', async (fault) => {
    const start = await make(3);
    const comer = await kit.spawn(Comer, { name: 'comer', host: 'process' });
    const other = come(start);
    const waiting = comer.with({ timeout: Infinity }).ask.come(start).catch(() => undefined);
    await kit.idle();
    await kit[fault](comer);

    expect(await until(other)).toBe('comer waits no more');
    await until(waiting);
  });

  it('is broken by who aborts it, until it is reset', async () => {
    const start = await make(2);
    const waiting = come(start);
    await kit.idle();
    await until(start.abort());
    expect(await until(waiting)).toBe('it was aborted');
    expect(await until(come(start))).toBe('it was aborted');
    await until(start.reset());

    expect(await until(start.isBroken())).toBe(false);
    expect(await until(Promise.all([start.wait(), start.wait()]))).toEqual([0, 1]);
  });

  it('is of use at once after a reset, and those who waited are told', async () => {
    const start = await make(2);
    const waiting = come(start);
    await kit.idle();
    await until(start.reset());

    expect(await until(waiting)).toBe('it was reset');
    expect(await until(Promise.all([start.wait(), start.wait()]))).toEqual([0, 1]);
  });

  it('refuses what is no number of parties, and no task', async () => {
    for (const parties of [0, -1, 1.5]) await expect(barrier({ parties, system: kit.system })).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
    const action = (() => undefined) as never;
    await expect(barrier({ parties: 1, action, system: kit.system })).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });

  it('is a value, and prints well', async () => {
    const start = await make(2, { name: 'start' });
    const comers = await Promise.all(['thread', 'process'].map((host) => kit.spawn(Comer, { host: host as 'thread' })));

    expect((await until(Promise.all(comers.map((comer) => comer.ask.come(start))))).toSorted((a, b) => a - b)).toEqual([0, 1]);
    expect(String(start)).toBe('Barrier(barrier start)');
  });

  it('as a child is as in the beginning when it is started again', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { start: child(BarrierActor, { input: { parties: 1 } }) } }));
    const start = new Barrier(app.children.start);
    await until(start.abort());
    await kit.crash(app.children.start);

    expect(await until(start.wait())).toBe(0);
  });
});
