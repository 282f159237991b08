import type { ActorSystem } from '../../index.ts';
import type { Actors } from './tree.ts';
import type { Figures } from './kept-counts.ts';
import type { Options } from './options.ts';
import { Chaos } from './chaos.ts';
import { Progress } from './progress.ts';
import { Roster } from './roster.ts';
import { HELP, USAGE, parseOptions } from './options.ts';
import { compareChecksums, compareTimes, describeIndex, describeQueries } from './report.ts';
import { checkFolder, countFiles } from './walk.ts';
import { createSystem, run } from '../../index.ts';
import { feed } from './feeder.ts';
import { indexPlainly } from './reference.ts';
import { seededRandom } from './random.ts';
import { serve } from './http.ts';
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
  if (options.isHelp) {
    console.log(HELP);
    return 0;
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
  const { folder, port, isOnce } = options;
  await checkFolder(folder);
  await using system = createSystem();
  const roster = new Roster(system);
  const startedAt = performance.now();
  await using app = await run(tree, { system, signals: SIGNALS });
  const { index, catalogue } = app.children;
  // The tree stops by itself; the work on it shall too, at once.
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of SIGNALS) process.once(name, () => stopping.abort());
  const startUpSeconds = (performance.now() - startedAt) / 1000;

  let progress: Progress | undefined;
  const started = (begun: Progress): void => { progress = begun; };
  await using server = port === undefined ? undefined : await serve(port, { index, catalogue, roster, progress: () => progress });
  if (server !== undefined) console.log(`Listening on ${server.url}`);
  try {
    if (!await fill(options, { actors: app.children, system, signal, startUpSeconds, started })) return 1;
    if (isOnce) return 0;
    if (server !== undefined) console.log(describeQueries(server.url, await index.ask.examples(4)));
  } catch (error) {
    progress?.end();
    if (!signal.aborted) throw error;
  }
  return (await app.done).code;
}

/** What the service is made of, for who fills its index. */
interface Service {
  readonly actors: Actors;
  readonly system: ActorSystem;
  readonly signal: AbortSignal;
  readonly startUpSeconds: number;
  readonly started: (progress: Progress) => void;
}

/** Indexes the folder, under chaos if that is wanted, and prints what it took. False when it went wrong. */
async function fill(options: Options, { actors, system, signal, startUpSeconds, started }: Service): Promise<boolean> {
  const { folder, isVerified, verifySeconds, isChaotic, chaosSeconds, seed } = options;
  const { index, catalogue, tokenisers: { children: tokenisers } } = actors;
  const files = await countFiles(folder);
  if (isChaotic && files === 0) throw new Error(`Cannot index "${folder}" under chaos: there is no work to lose`);
  // Under chaos nobody compares times.
  const reference = isVerified ? await indexPlainly(folder, isChaotic ? 0 : verifySeconds, signal) : undefined;
  const minPasses = reference?.passes ?? 1;
  const howOften = isChaotic ? `until chaos has had enough (--seed ${seed})` : minPasses === 1 ? 'once' : `${minPasses} times`;
  console.log(`Indexing ${files} files in ${folder}, ${howOften}`);

  await catalogue.ask.fill(index);
  const chaos = !isChaotic ? undefined : new Chaos({
    system, index, catalogue, tokenisers, signal, everyMs: chaosSeconds * 1000, random: seededRandom(seed), print: console.log,
  });
  // Chaos prints lines as well, which a bar would tear.
  const output = isChaotic ? { write: (text: string) => process.stderr.write(text) } : process.stderr;
  const progress = new Progress(output, { files, passes: isChaotic ? undefined : minPasses });
  started(progress);
  const added = (figures: Figures): void => progress.update(figures);
  const held = (tokeniser: string, change: number): void => chaos?.held(tokeniser, change);
  const lost = (tokeniser: string, count: number): void => chaos?.lost(tokeniser, count);
  const unreadable = new Set<string>();
  let unread = 0;
  const skipped = (skippedFiles: readonly string[]): void => {
    unread += skippedFiles.length;
    for (const file of skippedFiles) unreadable.add(file);
  };
  const isEnough = (passes: number): boolean => passes >= minPasses && chaos?.isEnough !== false;
  await Promise.all([feed({ folder, tokenisers, catalogue, signal, isEnough, added, skipped, held, lost }), chaos?.rage()]);
  progress.update(await catalogue.with({ timeout: '60s', signal }).ask.filled());
  const stats = await index.ask.stats();
  progress.end();

  console.log(describeIndex(progress, stats, startUpSeconds, { times: unread, files: unreadable.size }));
  if (chaos !== undefined) console.log(chaos.summary);
  if (reference === undefined) return true;
  const { text, isIdentical } = compareChecksums(reference, { checksum: await index.ask.checksum() });
  console.log(text);
  if (!isChaotic) console.log(compareTimes(reference, progress));
  return isIdentical;
}
