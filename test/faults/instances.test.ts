import { describe, expect, it } from 'vitest';
import type { ActorSystem, RefOf } from '../../index.ts';
import { Purse } from '../support/actors/purse.ts';
import { SharedPlace } from '../support/shared-place.ts';
import { Sink } from '../support/actors/sink.ts';
import { deadline } from '../support/deadline.ts';
import { TestSystem } from '../support/test-system.ts';
import { until } from '../support/until.ts';

const REMOTE = ['thread', 'process'] as const;

/** A purse, and a neighbour on its host. */
async function spawnPurse(
  { system, host }: { readonly system: ActorSystem; readonly host: SharedPlace['host'] },
): Promise<{ purse: RefOf<typeof Purse>; neighbour: RefOf<typeof Sink> }> {
  return { purse: await system.spawn(Purse, { host }), neighbour: await system.spawn(Sink, { host }) };
}

describe.each(REMOTE)('an instance of a class that the program has not loaded, from a %s,', (kind) => {
  const place = new SharedPlace(kind);

  it('is a text in an error and in a refusal, and costs nothing else', async () => {
    const { purse, neighbour } = await spawnPurse(place);

    await expect(purse.ask.refuses()).rejects.toMatchObject({ code: 'no_funds', data: { price: '[an instance of Coin]' } });
    await expect(purse.ask.throws()).rejects.toMatchObject({
      name: 'ActorCrashedError', executed: 'maybe', cause: { message: 'no funds', price: '[an instance of Coin]' },
    });
    expect(await purse.closed).toMatchObject({ kind: 'error', error: { price: '[an instance of Coin]' } });
    expect(await neighbour.ask.noted()).toEqual([]);
  });

  it('is one text with all of its class in a Set or a Map of an error, whose host goes on to live', async () => {
    const { purse, neighbour } = await spawnPurse(place);

    purse.tell.throwsMany();

    const [set, map] = [new Set(['[an instance of Coin]']), new Map([['[an instance of Coin]', 'coin']])];
    expect(await purse.closed).toMatchObject({ kind: 'error', error: { message: 'no change', set, map } });
    expect(await neighbour.ask.noted()).toEqual([]);
  });

  it('is a text in a log entry', async () => {
    const { purse } = await spawnPurse(place);
    const entry = new Promise((resolve) => { place.system.events.on('log', resolve); });

    await purse.ask.logs();

    expect(await deadline(entry, 'the log entry comes')).toMatchObject({ message: 'sold', fields: { price: '[an instance of Coin]' } });
  });

  it('is a ProtocolError as a reply or an item, and ends its stream', async () => {
    const { purse, neighbour } = await spawnPurse(place);

    await expect(purse.ask.answers()).rejects.toMatchObject({ code: 'TROUPE_PROTOCOL', executed: 'maybe' });
    await expect(purse.ask.streams().toArray()).rejects.toMatchObject({ code: 'TROUPE_PROTOCOL', executed: 'maybe' });

    // The actor answers nothing before the stream has ended.
    await until(async () => await purse.ask.finished() > 0);
    expect(await neighbour.ask.noted()).toEqual([]);
  });

  it('harms no actor elsewhere that is told of its end', async () => {
    const { purse } = await spawnPurse(place);
    const watcher = await place.system.spawn(Sink, { host: kind });
    await watcher.ask.watch(purse);

    purse.tell.throws();
    await purse.closed;

    await until(async () => (await watcher.ask.noted()).length > 0);
    expect(await watcher.ask.noted()).toEqual(['down: error']);
  });
});

describe.each(REMOTE)('an error of a %s that is another one whenever it is looked at', (kind) => {
  const place = new SharedPlace(kind);

  it('arrives with its code, and costs nothing else, however often it could be sent', async () => {
    const { neighbour } = await spawnPurse(place);

    for (let times = 0; times < 8; times++) {
      const purse = await place.system.spawn(Purse, { host: place.host });
      await expect(purse.ask.fades(times)).rejects.toMatchObject({
        code: 'TROUPE_ACTOR_CRASHED', executed: 'maybe', cause: { message: 'fades' },
      });
      expect(await purse.closed).toMatchObject({ kind: 'error', error: { message: 'fades' } });
    }
    expect(await neighbour.ask.noted()).toEqual([]);
  });
});

describe.each(REMOTE)('a log entry of a %s whose fields are no plain object', (kind) => {
  const place = new SharedPlace(kind);

  it('is a text, an error, or has them as its value, and costs nothing else', async () => {
    const { purse, neighbour } = await spawnPurse(place);
    const logged: unknown[] = [];
    place.system.events.on('log', ({ fields, message }) => logged.push([fields, message]));

    await purse.ask.logsAnything();

    const broke: unknown = expect.objectContaining({ message: 'broke' });
    const unreadable: unknown = expect.stringMatching(/^\[.*\]$/);
    const values = [null, undefined, '[an instance of Coin]', unreadable].map((value) => [{ value }, '']);
    expect(logged).toEqual([[{}, 'sold'], ...values.slice(0, 2), [{ err: broke }, 'broke'], ...values.slice(2)]);
    expect(await neighbour.ask.noted()).toEqual([]);
  });
});

describe.each(REMOTE)('a %s that says more than fits', (kind) => {
  it('is cut short, and lives', async () => {
    await using system = new TestSystem({ maxFrame: '1MB' });
    const { purse, neighbour } = await spawnPurse({ system, host: await system.hosts({ kind, size: 1 }) });
    const told = new Promise<{ message: string }>((resolve) => { system.events.on('refused', resolve); });
    const logged = new Promise<{ message: string; fields: object }>((resolve) => { system.events.on('log', resolve); });

    await purse.ask.logsMuch(20e6);
    purse.tell.refusesMuch(20e6);

    expect((await deadline(logged, 'the log entry comes')).message).toHaveLength(64 * 1024 + ' [19934464 more characters]'.length);
    expect((await deadline(told, 'the refusal is told')).message).toMatch(/^z+ \[19934464 more characters\]$/);
    expect(await neighbour.ask.noted()).toEqual([]);
  });
});
