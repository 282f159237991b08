import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { descendantsOf, folderOfTexts, startSearch } from '../../support/search-program.ts';
import { isAlive } from '../../support/program.ts';
import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';

const FILES = 200;
const KILL = /kill \d+: search\/(\S+) by [^:\n]+: (\d+) files unacknowledged, (\d+) fed again/g;
/** A client that doesn't keep the index from its work. */
const PAUSE_MS = 20;
/** A run takes about 15 s on two cores. */
const TIMEOUT_MS = 100_000;

let folder: string;
beforeAll(async () => {
  folder = await folderOfTexts(FILES, Array.from({ length: 2_000 }, (_, i) => `word${i % 700}`).join(' '));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What a search for a word that is in all files is answered with, again and again, until nobody listens. */
async function* answers(url: string) {
  for (;;) {
    const response = await fetch(new URL('/search?q=common', url)).catch(() => undefined);
    if (response === undefined) return;
    const { error } = await response.json().catch(() => ({})) as { error?: string };
    yield { status: response.status, retryAfter: response.headers.get('retry-after'), error };
    await sleep(PAUSE_MS);
  }
}

describe('the search service under chaos', () => {
  it('answers, and ends with the index of an undisturbed run', async () => {
    const { ended, printed } = startSearch(folder, '--once', '--verify', '--chaos', '--every', '0.5', '--port', '0');
    const [, url = ''] = await printed(/Listening on (\S+)/);
    const seen: string[] = [];
    const errors503 = new Set<string | undefined>();
    for await (const { status, retryAfter, error } of answers(url)) {
      if (status === 503) errors503.add(error);
      const text = retryAfter === null ? `${status}` : `${status}, come again in ${retryAfter} s`;
      if (seen.at(-1) !== text) seen.push(text);
    }
    const { code, output, errors } = await ended;

    const checksums = /Checksum +(\w{16}) by actors, (\w{16}) by one thread: identical/.exec(output);
    expect([code, checksums?.[1]], output + errors).toEqual([0, checksums?.[2]]);
    const kills = [...output.matchAll(KILL)].map(([, actor, unacknowledged, fedAgain]) =>
      ({ actor, unacknowledged: Number(unacknowledged), fedAgain: Number(fedAgain) }));
    expect(kills.length).toBeGreaterThanOrEqual(10);
    expect(kills.filter(({ actor }) => actor === 'index').length).toBeGreaterThanOrEqual(2);
    expect(kills.filter(({ unacknowledged, fedAgain }) => unacknowledged === 0 || fedAgain === 0)).toEqual([]);
    // Each walk brings every file once: what was fed again was not counted twice.
    const [, tokenised = ''] = /Indexed ([\d,]+) files/.exec(output) ?? [];
    expect(Number(tokenised.replaceAll(',', '')) % FILES).toBe(0);
    // A line per second of what is tokenised, and a line per death of the index of what it had.
    const progress = [...errors.matchAll(/tokenised (\d+), indexed \d+ of/g)].map(([, n]) => Number(n));
    expect(progress.length).toBeGreaterThan(1);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    const falls = [...output.matchAll(/search\/index by .* indexed fell from (\d+) to 0/g)].map(([, n]) => Number(n));
    expect(Math.max(...falls)).toBeGreaterThan(0);
    // Nothing but answers and delays, in turns.
    expect(new Set(seen)).toEqual(new Set(['200', '503, come again in 1 s']));
    expect([seen[0], seen.at(-1)]).toEqual(['200', '200']);
    expect(errors503).toContain('Cannot ask search of "search/index": the actor is restarting');
  }, TIMEOUT_MS);

  it('ends at SIGINT, and leaves no process behind', async () => {
    const { child, ended, printed } = startSearch(folder, '--chaos', '--every', '0.5', '--port', '0');
    await printed(/kill 1:/);
    const processes = descendantsOf(child.pid ?? 0);
    child.kill('SIGINT');
    const { code, errors } = await ended;

    expect(code, errors).toBe(0);
    expect(processes.length).toBeGreaterThan(0);
    expect(processes.filter(isAlive)).toEqual([]);
  }, TIMEOUT_MS);
});
