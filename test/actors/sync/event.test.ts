import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EventActor, EventFlag, child, event, supervisor, type SyncOptions } from '../../../index.ts';
import { Comer } from '../../support/actors/barrier-users.ts';
import { testKit, type TestKit } from '../../../testing/index.ts';

describe('an event', () => {
  let kit: TestKit;
  beforeEach(async () => { kit = await testKit(); });
  afterEach(async () => { await kit[Symbol.asyncDispose](); });

  const until = <T>(promise: Promise<T>): Promise<T> => kit.clock.until(promise);
  const make = (options: SyncOptions = {}): Promise<EventFlag> => until(event({ system: kit.system, ...options }));

  it.each(['local', 'thread'] as const)('lets all go on that wait when it is set, and all that come later (%s)', async (host) => {
    const ready = await make({ host });
    const waits = [ready.wait(), ready.wait()];
    await kit.idle();
    expect(await until(ready.isSet())).toBe(false);
    await until(ready.set());

    expect(await until(Promise.all(waits))).toEqual([true, true]);
    expect(await until(ready.wait({ timeout: 1 }))).toBe(true);
    expect(await until(ready.isSet())).toBe(true);
  });

  it('lets go on all who waited, even when it is cleared at once', async () => {
    const ready = await make({ host: 'thread' });
    const waits = [ready.wait(), ready.wait()];
    await kit.idle();
    await until(Promise.all([ready.set(), ready.clear()]));

    expect(await until(Promise.all(waits))).toEqual([true, true]);
    expect(await until(ready.wait({ timeout: 10 }))).toBe(false);
  });

  it('is still there for the others when one of them gives up', async () => {
    const ready = await make();
    const why = new Error('enough');
    const over = new AbortController();
    const aborted = expect(ready.wait({ signal: over.signal })).rejects.toBe(why);
    const other = ready.wait();
    expect(await until(ready.wait({ timeout: 10 }))).toBe(false);
    over.abort(why);
    await aborted;
    await until(ready.set());

    expect(await until(other)).toBe(true);
  });

  it('tells who waits that it has ended', async () => {
    const ready = await make({ host: 'process' });
    const waiting = expect(ready.wait()).rejects.toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });
    await kit.idle();
    await until(ready[Symbol.asyncDispose]());

    await waiting;
  });

  it('is a value, and prints well', async () => {
    const ready = await make({ name: 'ready' });
    const comer = await kit.spawn(Comer, { host: 'process' });
    const waiting = comer.ask.waitFor(ready);
    await kit.idle();
    await until(ready.set());

    expect(await until(waiting)).toBe(true);
    expect(String(ready)).toBe('EventFlag(event ready)');
  });

  it('as a child has not happened when it is started again', async () => {
    const app = await kit.run(supervisor({ backoff: false, children: { ready: child(EventActor) } }));
    const ready = new EventFlag(app.children.ready);
    await until(ready.set());
    await kit.crash(app.children.ready);

    expect(await until(ready.isSet())).toBe(false);
  });
});
