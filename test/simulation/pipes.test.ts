import { describe, expect, it } from 'vitest';
import type { Course } from '../support/actors/pipe-parties.ts';
import { PipeMaker, PipeParty } from '../support/actors/pipe-parties.ts';
import type { TestKit } from '../../testing/index.ts';
import { simulate, simulateEveryStep } from '../../testing/index.ts';

const ALL = [0, 1, 2, 3];

/** A writer sends all to a reader: how far each of them came; undefined where one has failed itself, or was never there. */
async function transfer(kit: TestKit): Promise<{ sent?: Course | undefined; received?: Course | undefined }> {
  const maker = await kit.spawn(PipeMaker, { name: 'maker' }).catch(() => undefined);
  const writer = await kit.spawn(PipeParty, { name: 'writer', host: 'thread' }).catch(() => undefined);
  const reader = await kit.spawn(PipeParty, { name: 'reader', host: 'process' }).catch(() => undefined);
  const ends = await kit.clock.until(Promise.resolve(maker?.ask.make(2)).catch(() => undefined));
  if (writer === undefined || reader === undefined || ends === undefined) return {};
  const [left, right] = ends;
  const given = await kit.clock.until(Promise.all([left.giveTo(writer), right.giveTo(reader)]).catch(() => undefined));
  if (given === undefined) return {};
  const patient = { timeout: Infinity };
  const [sent, received] = await kit.clock.until(Promise.all([
    writer.with(patient).ask.send(left, ALL.length).catch(() => undefined),
    reader.with(patient).ask.receive(right).catch(() => undefined),
  ]));
  return { sent, received };
}

/** It got the first of them, each once, in order. */
function expectStartOf(values: readonly number[] | undefined): void {
  expect(values ?? []).toEqual(ALL.slice(0, values?.length ?? 0));
}

describe('a pipe', () => {
  it('carries everything, whatever the order of things', async () => {
    await simulate({ runs: 20, delay: '3ms' }, async (kit) => {
      const { sent, received } = await transfer(kit);

      expect(sent).toEqual({ values: ALL, failure: undefined });
      expect(received).toEqual({ values: ALL, failure: undefined });
    });
  });

  it.each([{ crash: 'writer' }, { loseHost: 'writer' }])('ends for its reader when the writer is gone, whatever step %o comes at', async (fault) => {
    const runs = await simulateEveryStep({ seed: 3, delay: '2ms', ...fault }, async (kit) => {
      const { received } = await transfer(kit);

      expectStartOf(received?.values);
      expect(received?.failure).toBeUndefined();
    });

    expect(runs).toBeGreaterThan(30);
  });

  it.each([{ loseHost: 'reader' }, { crash: 'reader' }])('takes no more from its writer when the reader is gone, whatever step %o comes at', async (fault) => {
    await simulateEveryStep({ seed: 4, delay: '2ms', ...fault }, async (kit) => {
      const { sent } = await transfer(kit);

      expectStartOf(sent?.values);
      expect([undefined, 'TROUPE_CLOSED']).toContain(sent?.failure);
    });
  });

  it('fails both ends when the one that has made it is gone, whatever step that comes at', async () => {
    await simulateEveryStep({ seed: 5, delay: '2ms', crash: 'maker' }, async (kit) => {
      const { sent, received } = await transfer(kit);

      expectStartOf(sent?.values);
      expectStartOf(received?.values);
      expect([undefined, 'TROUPE_CLOSED']).toContain(sent?.failure);
      expect([undefined, 'TROUPE_CLOSED']).toContain(received?.failure);
    });
  });
});
