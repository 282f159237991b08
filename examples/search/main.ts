import type { Counted } from './tokeniser.ts';
import type { Options } from './options.ts';
import { Progress } from './progress.ts';
import { Roster } from './roster.ts';
import { USAGE, parseOptions } from './options.ts';
import { compare, describeIndex, describeServer } from './report.ts';
import { countFiles } from './walk.ts';
import { createSystem, run } from '../../index.ts';
import { feed } from './feeder.ts';
import { indexPlainly } from './reference.ts';
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
async function search({ folder, port, isOnce, isVerified, verifySeconds }: Options): Promise<number> {
  if (!await isFolder(folder)) throw new Error(`Cannot index "${folder}": there is no such folder`);
  const startedAt = performance.now();
  await using system = createSystem();
  const roster = new Roster(system);
  await using app = await run(tree, { system, signals: SIGNALS });
  const { index, tokenisers } = app.children;
  // The tree stops by itself; the work on it shall too, at once.
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of SIGNALS) process.once(name, () => stopping.abort());
  const startUpSeconds = (performance.now() - startedAt) / 1000;

  let progress: Progress | undefined;
  await using server = isOnce ? undefined : await serve(port, { index, roster, progress: () => progress });
  try {
    const reference = isVerified ? await indexPlainly(folder, verifySeconds, signal) : undefined;
    const passes = reference?.passes ?? 1;
    const files = await countFiles(folder);
    console.log(`Indexing ${files} files in ${folder}${passes === 1 ? '' : `, ${passes} times`}`);
    progress = new Progress(process.stderr, files * passes);
    const fed = (batch: Counted): void => progress?.add(batch);
    await feed({ folder, passes, index, signal, fed, tokenisers: Object.values(tokenisers.children) });
    const stats = await index.ask.stats();
    progress.end();

    console.log(describeIndex(progress, stats, startUpSeconds));
    if (reference !== undefined) {
      const actors = { checksum: await index.ask.checksum(), seconds: progress.seconds };
      const { text, isIdentical } = compare(reference, actors);
      console.log(text);
      if (!isIdentical) return 1;
    }
    if (server === undefined) return 0;
    console.log(describeServer(server.url, await index.ask.examples(4)));
  } catch (error) {
    progress?.end();
    if (!signal.aborted) throw error;
  }
  return (await app.done).code;
}

async function isFolder(path: string): Promise<boolean> {
  return await stat(path).then((found) => found.isDirectory(), () => false);
}
