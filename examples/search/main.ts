import type { Figures } from './kept-counts.ts';
import type { Options } from './options.ts';
import { Chaos } from './chaos.ts';
import { Progress } from './progress.ts';
import { Roster } from './roster.ts';
import { USAGE, parseOptions } from './options.ts';
import { compareChecksums, compareTimes, describeIndex, describeQueries } from './report.ts';
import { countFiles } from './walk.ts';
import { createSystem, run } from '../../index.ts';
import { feed } from './feeder.ts';
import { indexPlainly } from './reference.ts';
import { seededRandom } from './random.ts';
import { serve } from './http.ts';
import { stat } from 'node:fs/promises';
import { tree } from './tree.ts';

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  let options;
  try {
    options = parseOptions(args);
  } catch (error) {
    console.error(`${(error as Error).message}\n${USAGE}`);
    return 2;
  }
  try {
    return await search(options);
  } catch (error) {
    console.error((error as Error).message);
    return 1;
  }
}

/** Starts the tree, fills the index, and answers until it is told to stop. */
async function search(options: Options): Promise<number> {
  const { folder, port, isOnce, isVerified, verifySeconds, isChaotic, chaosSeconds, seed } = options;
  if (!await isFolder(folder)) throw new Error(`Cannot index "${folder}": there is no such folder`);
  const files = await countFiles(folder);
  if (isChaotic && files === 0) throw new Error(`Cannot index "${folder}" under chaos: nobody would have work to lose`);
  const startedAt = performance.now();
  await using system = createSystem();
  const roster = new Roster(system);
  await using app = await run(tree, { system, signals: SIGNALS });
  const { index, catalogue, tokenisers: { children: tokenisers } } = app.children;
  // The tree stops by itself; the work on it shall too, at once.
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of SIGNALS) process.once(name, () => stopping.abort());
  const startUpSeconds = (performance.now() - startedAt) / 1000;

  let progress: Progress | undefined;
  await using server = port === undefined ? undefined : await serve(port, { index, catalogue, roster, progress: () => progress });
  if (server !== undefined) console.log(`Listening on ${server.url}`);
  try {
    // Under chaos nobody compares times.
    const reference = isVerified ? await indexPlainly(folder, isChaotic ? 0 : verifySeconds, signal) : undefined;
    const minPasses = reference?.passes ?? 1;
    const passes = isChaotic ? 'until chaos has had enough' : minPasses === 1 ? 'once' : `${minPasses} times`;
    console.log(`Indexing ${files} files in ${folder}, ${passes}`);
    await catalogue.ask.fill(index);
    const chaos = isChaotic ? new Chaos({
      system, index, catalogue, tokenisers, everyMs: chaosSeconds * 1000, random: seededRandom(seed), print: console.log, signal,
    }) : undefined;
    if (chaos !== undefined) console.log(`Chaos       --seed ${seed}`);
    progress = new Progress(process.stderr, { files, passes: isChaotic ? undefined : minPasses });
    const added = (figures: Figures): void => progress?.update(figures);
    const lost = (tokeniser: string, count: number): void => chaos?.lost(tokeniser, count);
    const isEnough = (done: number): boolean => done >= minPasses && chaos?.isEnough !== false;
    await Promise.all([feed({ folder, tokenisers, catalogue, signal, isEnough, added, lost }), chaos?.rage()]);
    progress.update(await catalogue.with({ timeout: '60s', signal }).ask.filled());
    const stats = await index.ask.stats();
    progress.end();

    console.log(describeIndex(progress, stats, startUpSeconds));
    if (chaos !== undefined) console.log(chaos.summary);
    if (reference !== undefined) {
      const actors = { checksum: await index.ask.checksum(), seconds: progress.seconds };
      const { text, isIdentical } = compareChecksums(reference, actors);
      console.log(text);
      if (!isChaotic) console.log(compareTimes(reference, actors));
      if (!isIdentical) return 1;
    }
    if (isOnce) return 0;
    if (server !== undefined) console.log(describeQueries(server.url, await index.ask.examples(4)));
  } catch (error) {
    progress?.end();
    if (!signal.aborted) throw error;
  }
  return (await app.done).code;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isDirectory(), () => false);
}
