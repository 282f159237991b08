import { describe, expect, it } from 'vitest';
import { createSystem, decodeValue, encodeValue } from '../../index.ts';
import { UNSENDABLE, VALUES, isSame } from '../support/values.ts';
import { PipeUser } from '../support/actors/pipe-user.ts';
import { failureOf } from '../support/failure-of.ts';

describe('a value as bytes', () => {
  it.each(Object.entries(VALUES))('is the same again: %s', (_name, make) => {
    expect(isSame(decodeValue(encodeValue(make())), make())).toBe(true);
  });

  it.each(Object.entries(UNSENDABLE))('can\'t be: %s', async (_name, { path, kind, ...unsendable }) => {
    const failure = await failureOf(() => encodeValue(unsendable.make(), 'it'));

    expect(failure).toMatchObject({ code: 'TROUPE_NOT_SENDABLE', path: expect.stringContaining(path) as string });
    expect(failure.message).toMatch(kind);
  });

  it('has no refs in it', async () => {
    await using system = createSystem();
    const subject = await system.spawn(PipeUser);

    expect(await failureOf(() => encodeValue({ to: [subject] }))).toMatchObject({
      code: 'TROUPE_NOT_SENDABLE', message: 'Cannot send a value → .to[0]: it is a ref, which means nothing to another program',
    });
  });

  it('is as long as it may be, and no longer', async () => {
    const { length } = encodeValue('four');

    expect(decodeValue(encodeValue('four', 'a word', length))).toBe('four');
    expect(await failureOf(() => encodeValue('four', 'a word', length - 1))).toMatchObject({
      code: 'TROUPE_FRAME_TOO_LARGE', bytes: length, maxBytes: length - 1,
    });
  });

  it('is nothing else than such bytes', async () => {
    for (const bytes of [[], [9], [0, 0xc1], [1, 0, 0, 0, 9]]) {
      expect(await failureOf(() => decodeValue(new Uint8Array(bytes)))).toMatchObject({ code: 'TROUPE_PROTOCOL' });
    }
  });
});
