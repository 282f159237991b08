import { describe, expect, it } from 'vitest';
import { createSystem, sendable, transfer } from '../../index.ts';
import { Codec } from '../../runtime/wire/codec.ts';
import { MOVABLE } from '../../core/sendable.ts';
import { Memory } from '../support/actors/memory.ts';
import { Money, PaymentError, Sealed } from '../support/values.ts';
import { Subject } from '../support/actors/subject.ts';
import { checkSendable } from '../../core/check-sendable.ts';

/** Registered here, in a module that no host loads. */
class OnlyHere { readonly n = 1; }
sendable(import.meta, OnlyHere);
class OnlyHereError extends Error {}
sendable(import.meta, OnlyHereError);
/** Its instances are made of themselves. */
class Endless {
  readonly inner = [this];
}
sendable(import.meta, Endless, { toData: ({ inner }) => inner, fromData: () => new Endless() });

/** It always has another one in it. */
class Fertile { readonly n = 1; }
sendable(import.meta, Fertile, { toData: () => [new Fertile()], fromData: () => new Fertile() });
class Faulty {
  readonly at: string;
  constructor(at: string) { this.at = at; }
}
sendable(import.meta, Faulty, {
  toData({ at }) {
    if (at === 'toData') throw new Error('no data');
    return at;
  },
  fromData(): never { throw new Error('no instance'); },
});

const codec = new Codec({ encode: () => undefined, decode: () => ({}) });
const trip = <T>(value: T): T => codec.decode(codec.encode(value, 'it')) as T; // the same value, by the rule under test

describe('a registered class', () => {
  it('is that of its instances on arrival: fields, methods, cycles, and no constructor', () => {
    const money = new Money('EUR', 150);
    money.history.push(money);

    const arrived = trip({ money }).money;

    expect(arrived).toBeInstanceOf(Money);
    expect([arrived.amount, arrived.plus(money).cents]).toEqual([1.5, 300]);
    expect(arrived.history[0]).toBe(arrived);
  });

  it('makes its instances itself when it says how', () => {
    const [arrived] = trip([new Sealed([1, new Sealed(['deep'])])] as const);

    expect(arrived.parts[0]).toBe(1);
    expect((arrived.parts[1] as Sealed).parts).toEqual(['deep']);
  });

  it('is checked to its depth where messages go by reference, too', () => {
    const money = new Money('EUR', 150);
    checkSendable([money, new Sealed([1])], 'it');
    money.history.push(() => 1);

    expect(() => checkSendable({ money }, 'it')).toThrow(expect.objectContaining({ path: 'it → .money.history[0]' }));
    expect(() => checkSendable(new Sealed([{ no: Symbol('s') }]), 'it')).toThrow(expect.objectContaining({ path: 'it → .toData()[0].no' }));
  });

  it('of an error is kept with its fields, and is a name where it is unknown', async () => {
    const arrived = trip(new PaymentError('not paid', new Money('EUR', 150)));

    expect(arrived).toBeInstanceOf(PaymentError);
    expect(arrived.due).toBeInstanceOf(Money);
    expect(arrived.code).toBe('E_PAYMENT');
  });

  it('does not send instances that are made of themselves', () => {
    expect(() => codec.encode(new Endless(), 'it')).toThrow(/a cycle through toData/);
  });

  it('does not send instances that make others without end, wherever they go', () => {
    const text = /it is more than 50 instances deep, or a cycle through toData/;

    expect(() => codec.encode({ fertile: new Fertile() }, 'it')).toThrow(text);
    expect(() => checkSendable(new Fertile(), 'it')).toThrow(text);
    const nested = (depth: number): Sealed => new Sealed(depth === 1 ? [] : [nested(depth - 1)]);
    expect(trip(nested(50))).toBeInstanceOf(Sealed);
    expect(() => codec.encode(nested(51), 'it')).toThrow(text);
  });

  it('makes an instance once that is met twice', () => {
    let shared = new Sealed(['deepest']);
    for (let i = 0; i < 40; i++) shared = new Sealed([shared, [shared], { shared }]);

    const bytes = codec.encode([new Sealed([shared]), shared], 'it');
    const [other, arrived] = codec.decode(bytes) as [Sealed, Sealed];

    expect(bytes.length).toBeLessThan(20_000);
    expect(other.parts[0]).toBe(arrived);
    expect(arrived.parts[1]).toEqual([arrived.parts[0]]);
  });

  it('is named when what it says of itself fails', () => {
    const failed = (run: () => unknown): unknown => {
      try {
        return run();
      } catch (error) {
        return error;
      }
    };

    expect(failed(() => codec.encode(new Faulty('toData'), 'it'))).toMatchObject({
      message: 'Cannot send it: it is an instance of Faulty, whose toData fails', cause: { message: 'no data' },
    });
    expect(failed(() => trip(new Sealed([new Faulty('fromData')])))).toMatchObject({
      code: 'TROUPE_PROTOCOL', message: 'Cannot decode a message: fromData of Faulty failed', cause: { message: 'no instance' },
    });
  });

  it.each([
    ['no module', () => sendable(Money as never, Money), /the first argument of sendable\(\): expected import\.meta, got the function Money/],
    ['a class alone', () => (sendable as (Class: unknown) => unknown)(Money), /expected import\.meta, got the function Money/],
    ['no class', () => sendable(import.meta, {} as never), /expected a class with a name/],
    ['a class without a name', () => sendable(import.meta, class { readonly n = 1; }), /expected a class with a name/],
    ['a subclass of a built-in one that says nothing', () => sendable(import.meta, class Bag extends Map {}), /expected toData and fromData/],
    ['half of what makes instances', () => sendable(import.meta, class Half { readonly n = 1; }, { toData: () => 1 } as never), /fromData .* a function/],
    ['a misspelt option', () => sendable(import.meta, class Odd { readonly n = 1; }, { todata: () => 1 } as never), /only name, toData, fromData/],
    ['an error that makes itself', () => sendable(import.meta, class Bad extends Error {}, { toData: () => 1, fromData: () => new Error('') }), /none for an error/],
    ['an empty name', () => sendable(import.meta, class Odd { readonly n = 1; }, { name: '' }), /expected a text that is not empty/],
    ['a movable', () => sendable(import.meta, class Ref { get [MOVABLE](): true { return true; } }), /that cannot travel anyway/],
  ])('is refused: %s', (_, register, text) => {
    expect(register).toThrow(expect.objectContaining({ code: 'TROUPE_INVALID_OPTION', message: expect.stringMatching(text) as string }));
  });

  it('goes by the name that it is given: a minifier may have given one to several', () => {
    const [One, Other] = [class n { readonly one = 1; }, class n { readonly other = 2; }];
    sendable(import.meta, One, { name: 'one' });
    sendable(import.meta, Other, { name: 'other' });

    const [one, other] = trip([new One(), new Other()]) as unknown[];

    expect(one).toEqual(new One());
    expect(one).toBeInstanceOf(One);
    expect(other).toBeInstanceOf(Other);
  });

  it('shares its name with no other one of its module', () => {
    const same = { url: 'file:///a.js' };
    const make = (): abstract new () => object => class Twin { readonly n = 1; };
    sendable(same, make());

    expect(() => sendable(same, make())).toThrow(expect.objectContaining({ code: 'TROUPE_DUPLICATE_DEFINITION' }));
    // The module is evaluated again.
    sendable({ ...same }, make());
  });
});

describe('a message that is sent while another one is encoded', () => {
  it.each(['thread', 'process'] as const)('takes nothing of it along (%s)', async (host) => {
    await using system = createSystem();
    const [subject, other] = [await system.spawn(Subject, { host, input: { label: 'far' } }), await system.spawn(Subject, { host, input: { label: 'other' } })];
    const memory = await system.spawn(Memory, { input: {} });
    const sealed = new Sealed(['sealed']);
    // Read when the ref has been written, to a definition that isn't known over there yet.
    Object.defineProperty(sealed, 'parts', { get: () => {
      const bytes = new ArrayBuffer(8);
      other.tell.note(transfer(bytes, [bytes]));
      return ['sealed'];
    } });

    await subject.ask.note({ sealed, memory });

    const [seen] = await subject.ask.seen() as [{ sealed: Sealed; memory: unknown }];
    expect([seen.sealed.parts, seen.memory]).toEqual([['sealed'], memory]);
    expect((await other.ask.seen()).every((buffer) => (buffer as ArrayBuffer).byteLength === 8)).toBe(true);
  });
});

describe('a class that the receiver has not registered', () => {
  it.each(['thread', 'process'] as const)('is a ProtocolError that says which, a plain error for errors, and harms nobody (%s)', async (host) => {
    await using system = createSystem();
    const subject = await system.spawn(Subject, { host, input: { label: 'far' } });

    await expect(subject.ask.receive('x', [new OnlyHere()])).rejects.toMatchObject({
      code: 'TROUPE_PROTOCOL', message: expect.stringMatching(/Cannot decode an instance of OnlyHere of .*sendable-class\.test\.ts.*sendable\(\)/) as string,
    });
    await subject.ask.note(new OnlyHereError('bad'));
    const [noted] = await subject.ask.seen() as Error[];
    expect(noted).toMatchObject({ name: 'OnlyHereError', message: 'bad' });
    expect(Object.getPrototypeOf(noted)).toBe(Error.prototype);
  });
});
