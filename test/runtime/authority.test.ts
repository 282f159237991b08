import { describe, expect, it } from 'vitest';
import { Books } from '../support/books.ts';

describe('a kill', () => {
  it('costs no host its life whose answer is there, but was not read in time: the main thread was busy itself', async () => {
    const books = new Books();
    const actor = books.spawn();
    books.started(actor);
    books.says(books.main, { type: 'kill', slot: actor.slot });
    await books.clock.advance(500);

    books.ended(actor);
    await books.clock.advance('1m');

    expect(books.shared.failure).toBeUndefined();
  });

  it('that nobody confirms ends the host', async () => {
    const books = new Books();
    const actor = books.spawn();
    books.started(actor);
    books.says(books.main, { type: 'kill', slot: actor.slot });

    await books.clock.advance(600);

    expect(books.shared.failure).toMatchObject({ code: 'TROUPE_HOST_DOWN', message: expect.stringContaining('did not confirm its kill') as string });
  });

  it('is confirmed by the host of the killed one, whose children elsewhere may take longer', async () => {
    const books = new Books();
    const parent = books.spawn();
    books.started(parent);
    const child = books.spawn({ parent, place: { kind: 'local' } });
    books.started(child, books.main);
    books.says(books.main, { type: 'kill', slot: parent.slot });

    books.ended(parent);
    await books.clock.advance('1m');

    expect(books.main.last('kill')).toMatchObject({ slot: child.slot });
    expect(books.shared.failure).toBeUndefined();
  });
});

describe('a restart of an actor whose host is about to end', () => {
  it('waits for another host of the set, and the old one is asked for nothing when it is given up', async () => {
    const books = new Books();
    const actor = books.spawn({ isHeld: true });
    books.started(actor);
    books.ended(actor);
    const before = books.shared.orders.length;
    books.endHost();

    books.restart(actor.slot);
    await books.clock.advance('1m');

    expect(books.main.last('failed').error).toMatchObject({ code: 'TROUPE_START_TIMEOUT' });
    expect(books.shared.orders.slice(before)).toEqual([]);
    expect(books.shared.failure).toBeUndefined();
  });
});

describe('a start on the host that asks for it', () => {
  it('comes before its end, when that is asked for in the same breath', async () => {
    const books = new Books();
    const parent = books.spawn();
    books.started(parent);
    books.spawn({ parent, by: books.shared, place: { kind: 'local' } });
    const child = parent.slot + 2;

    books.says(books.shared, { type: 'kill', slot: child });
    await books.clock.advance(0);

    const orders = books.shared.orders.flatMap((order) => 'slot' in order && order.slot === child ? [order.type] : []);
    expect(orders).toEqual(['start', 'kill']);
  });
});

describe('a start that a parent asks for', () => {
  it('is refused to a life of it that is over, or not the last one any more', () => {
    const books = new Books();
    const parent = books.spawn({ isHeld: true });
    books.started(parent);
    const spawnChild = (): void => { books.spawn({ parent, by: books.shared, place: { kind: 'local' } }); };
    books.ended(parent);

    spawnChild();
    expect(books.shared.last('failed').error).toMatchObject({ code: 'TROUPE_ACTOR_STOPPED' });

    books.started(books.restart(parent.slot));
    const before = books.shared.orders.length;
    spawnChild();
    expect(books.shared.orders.slice(before)).toEqual([{ type: 'failed', request: expect.any(Number) as number, error: expect.any(Error) as Error }]);
  });
});

describe('a start that fails', () => {
  it('is not late as well while what it had spawned is ended, which costs no host its life', async () => {
    const books = new Books();
    const parent = books.spawn();
    const child = books.spawn({ parent, by: books.shared, place: { kind: 'local' } });
    books.started(child);
    books.ended(parent, true);

    await books.clock.advance('2s');
    books.ended(child);
    await books.clock.advance(0);

    expect(books.main.last('failed').error).toMatchObject({ code: 'TROUPE_START_FAILED' });
    expect(books.shared.failure).toBeUndefined();
  });
});

describe('a start that is late', () => {
  it('stays given up when it succeeds after all, while what it had spawned is ended', async () => {
    const books = new Books();
    const told: string[] = [];
    books.events.on('started', ({ actor }) => told.push(actor));
    const parent = books.spawn();
    const child = books.spawn({ parent, by: books.shared, place: { kind: 'local' } });
    books.started(child);
    await books.clock.advance(100);

    books.started(parent);
    books.ended(child);
    books.ended(parent);
    await books.clock.advance(0);

    expect(told).toEqual(['a-1/a-1']);
    expect(books.main.last('failed').error).toMatchObject({ code: 'TROUPE_START_TIMEOUT' });
  });

  it('costs no host its life that has confirmed the end of it, and of the next one that was late as well', async () => {
    const books = new Books();
    const first = books.spawn({ isHeld: true });
    books.started(first);
    books.ended(first);
    const second = books.restart(first.slot);
    await books.clock.advance(100);
    const third = books.restart(first.slot);
    await books.clock.advance(100);

    books.ended(second, true);
    books.ended(third, true);
    await books.clock.advance('1m');

    expect([second.incarnation, third.incarnation]).toEqual([2, 3]);
    expect(books.shared.failure).toBeUndefined();
  });
});
