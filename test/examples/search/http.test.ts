import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Served } from '../../../examples/search/http.ts';
import { Catalogue } from '../../../examples/search/catalogue-actor.ts';
import { Index } from '../../../examples/search/index-actor.ts';
import { Roster } from '../../../examples/search/roster.ts';
import { answer } from '../../../examples/search/http.ts';
import { countWords } from '../../../examples/search/tokenise.ts';
import { createSystem } from '../../../index.ts';
import { pack } from '../../../examples/search/packed-counts.ts';

const system = createSystem();
let served: Served;
beforeAll(async () => {
  const roster = new Roster(system);
  const index = await system.spawn(Index);
  const catalogue = await system.spawn(Catalogue);
  await catalogue.ask.fill(index);
  await catalogue.ask.add(pack([{ file: 'a.md', bytes: 7, ...countWords('one two') }]), 1);
  await catalogue.ask.filled();
  served = { roster, index, catalogue, progress: () => ({ seconds: 0.5 }) };
});
afterAll(() => system.stop());

describe('answer', () => {
  it('searches', async () => {
    const { status, body } = await answer('GET', '/search?q=Two', served);

    expect(status).toBe(200);
    expect(body).toMatchObject({ query: 'Two', total: 1, results: [{ file: 'a.md', counts: { two: 1 } }] });
  });

  it('takes all of the query', async () => {
    expect((await answer('GET', '/search?q=zero?%2Bone', served)).body).toMatchObject({ query: 'zero?+one', total: 1 });
  });

  it('tells figures', async () => {
    expect((await answer('GET', '/stats', served)).body).toEqual({
      files: 1, megabytes: 0.000007, words: 2, postings: 2, tokenised: 1, indexed: 1, seconds: 0.5, filesPerSecond: 2,
      deadLetters: 0,
    });
  });

  it('shows who is there', async () => {
    expect((await answer('GET', '/tree', served)).body)
      .toMatchObject([
        { definition: 'Index', host: 'local', incarnation: 1, children: [] },
        { definition: 'Catalogue', host: 'local', incarnation: 1, children: [] },
      ]);
  });

  it.each(['/search', '/search?q=', '/search?q=%20', '/search?p=one'])('says 400 to %s', async (target) => {
    expect((await answer('GET', target, served)).status).toBe(400);
  });

  it.each([
    ['GET', '/'], ['GET', '/searches?q=a'], ['GET', '//'], ['POST', '/stats'],
  ])('says 404 to %s %s', async (method, target) => {
    expect((await answer(method, target, served)).status).toBe(404);
  });

  it('says 503, and when to come again, once the index has ended', async () => {
    const ended = await system.spawn(Index);
    await ended.stop();

    const { status, headers } = await answer('GET', '/search?q=one', { ...served, index: ended });

    expect([status, headers]).toEqual([503, { 'retry-after': '1' }]);
  });
});
