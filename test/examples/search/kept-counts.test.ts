import { describe, expect, it } from 'vitest';
import type { PackedCounts } from '../../../examples/search/packed-counts.ts';
import { KeptCounts } from '../../../examples/search/kept-counts.ts';
import { pack } from '../../../examples/search/packed-counts.ts';

function countsOf(...files: readonly string[]): PackedCounts {
  return pack(files.map((file) => ({ file, bytes: 10, words: [], counts: [] })));
}

/** Takes whatever waits; returns the files of each batch. */
function sendAll(kept: KeptCounts): string[] {
  const sent = [];
  for (let batch = kept.next(); batch !== undefined; batch = kept.next()) {
    kept.taken(batch);
    sent.push(batch.counted.files.join());
  }
  return sent;
}

describe('KeptCounts', () => {
  it('gives each batch once', () => {
    const kept = new KeptCounts();
    kept.add(countsOf('a', 'b'), 2);
    kept.add(countsOf('c'), 1);

    expect(sendAll(kept)).toEqual(['a,b', 'c']);
    expect(sendAll(kept)).toEqual([]);
  });

  it('gives all again when the index has died, in the same order', () => {
    const kept = new KeptCounts();
    kept.add(countsOf('a', 'b'), 2);
    kept.add(countsOf('c'), 1);
    sendAll(kept);
    kept.add(countsOf('d'), 1);
    kept.next();

    expect(kept.lost()).toEqual({ unacknowledged: 1, replayed: 4, indexed: 3 });
    expect(sendAll(kept)).toEqual(['a,b', 'c', 'd']);
  });

  it('forgets a batch when all of its files have come again', () => {
    const kept = new KeptCounts();
    kept.add(countsOf('a', 'b'), 2);
    kept.add(countsOf('a'), 1);
    kept.add(countsOf('b', 'b'), 2);

    kept.lost();

    expect(sendAll(kept)).toEqual(['a', 'b,b']);
  });

  it('counts what was tokenised, which only grows, and what the index has', () => {
    const kept = new KeptCounts();
    kept.add(countsOf('a', 'b'), 3);
    sendAll(kept);
    kept.add(countsOf('a'), 1);
    const before = kept.figures;

    kept.lost();

    expect(before).toEqual({ tokenised: 4, bytes: 30, indexed: 2, sent: 0 });
    expect(kept.figures).toEqual({ tokenised: 4, bytes: 30, indexed: 0, sent: 0 });
  });
});
