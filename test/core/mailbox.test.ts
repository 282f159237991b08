import { describe, expect, it } from 'vitest';
import { ActorStoppedError } from '../../core/errors.ts';
import { Envelope, NO_CHAIN } from '../../core/envelope.ts';
import { Mailbox } from '../../core/mailbox.ts';
import type { EnvelopeKind } from '../../core/envelope.ts';

const receipt = { settled: (): void => undefined, started: (): void => undefined };

function envelope(kind: EnvelopeKind, handler = 0): Envelope {
  return new Envelope(kind, {} as never, handler, [], undefined, receipt, 0, NO_CHAIN, 0);
}

function unlimited(): Mailbox {
  return new Mailbox({ capacity: Infinity, overflow: 'reject', stash: 3 });
}

function taken(mailbox: Mailbox): string[] {
  const all: string[] = [];
  for (let next = mailbox.take(); next !== undefined; next = mailbox.take()) all.push(`${next.kind} ${next.handler}`);
  return all;
}

describe('a mailbox', () => {
  it('gives messages and signals in the order of their coming', () => {
    const mailbox = unlimited();
    mailbox.post(envelope('tell', 1));
    mailbox.postSignal(envelope('down', 2));
    mailbox.post(envelope('ask', 3));
    mailbox.postSignal(envelope('stop', 4));

    expect(taken(mailbox)).toEqual(['tell 1', 'down 2', 'ask 3', 'stop 4']);
  });

  it('keeps the places of signals when messages before them are cancelled', () => {
    const mailbox = unlimited();
    const cancelled = Array.from({ length: 200 }, (_, i) => envelope('tell', i));
    mailbox.post(envelope('tell', 1_000));
    for (const each of cancelled.slice(0, 150)) mailbox.post(each);
    mailbox.postSignal(envelope('stop', 1_001));
    for (const each of cancelled.slice(150)) mailbox.post(each);
    mailbox.post(envelope('tell', 1_002));
    for (const each of cancelled) each.cancel(undefined);

    expect(mailbox.size).toBe(2);
    expect(taken(mailbox)).toEqual(['tell 1000', 'stop 1001', 'tell 1002']);
  });

  it('keeps order and count when it forgets what was cancelled, and takes signals later', () => {
    const mailbox = unlimited();
    const all = Array.from({ length: 300 }, (_, i) => envelope('tell', i));
    for (const each of all) mailbox.post(each);
    for (const each of all) if (each.handler % 3 !== 0) each.cancel(undefined);
    mailbox.postSignal(envelope('stop', 999));
    mailbox.post(envelope('tell', 1_000));

    expect(mailbox.size).toBe(101);
    expect(taken(mailbox)).toEqual([...Array.from({ length: 100 }, (_, i) => `tell ${i * 3}`), 'stop 999', 'tell 1000']);
    expect(mailbox.size).toBe(0);
  });

  it.each([
    { overflow: 'reject', back: 3, left: ['tell 1', 'stop 0', 'tell 2'] },
    { overflow: 'drop_newest', back: 3, left: ['tell 1', 'stop 0', 'tell 2'] },
    { overflow: 'drop_oldest', back: 1, left: ['stop 0', 'tell 2', 'tell 3'] },
  ] as const)('with $overflow gives back the message for which there is no place, and never a signal', ({ overflow, back, left }) => {
    const mailbox = new Mailbox({ capacity: 2, overflow, stash: 3 });
    expect(mailbox.post(envelope('tell', 1))).toBeUndefined();
    mailbox.postSignal(envelope('stop', 0));
    expect(mailbox.post(envelope('tell', 2))).toBeUndefined();

    const tooMany = mailbox.post(envelope('tell', 3));
    tooMany?.discard(new ActorStoppedError('a', 'b'));

    expect(tooMany?.handler).toBe(back);
    expect(mailbox.size).toBe(2);
    expect(taken(mailbox)).toEqual(left);
  });
});
