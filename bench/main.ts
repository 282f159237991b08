import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Result } from './pairs.ts';
import { compare } from './pairs.ts';
import { Python } from './python.ts';
import { channels } from './channels.ts';
import { charts } from './charts.ts';
import { counts } from './counts.ts';
import { createSystem } from '../index.ts';
import { inThread } from './in-thread.ts';
import { pools } from './pool.ts';
import { roundTrips } from './round-trip.ts';

const { values: { json, pinned } } = parseArgs({
  options: { json: { type: 'boolean', default: false }, pinned: { type: 'boolean', default: false } },
});

/** Between threads and processes an idle core's wake-up hides every difference: those run on one core. */
async function main(): Promise<void> {
  if (pinned) {
    console.log(JSON.stringify(await measureRoundTrips()));
    return;
  }
  const results = [...await measureInThread(), ...await measurePools(), ...pinnedResults()];
  if (json) console.log(JSON.stringify({ node: process.version, results }, undefined, 2));
  else print(results);
}

async function measureInThread(): Promise<Result[]> {
  const system = createSystem();
  const results: Result[] = [];
  for (const question of [...await inThread(system), ...await charts(system)]) results.push(await compare(question));
  await system.stop();
  return results;
}

async function measureRoundTrips(): Promise<Result[]> {
  const system = createSystem();
  const { questions, end } = await roundTrips(system);
  const results: Result[] = [];
  for (const question of questions) results.push(await compare(question));
  end();
  await system.stop();
  return results;
}

/** On all cores: that is what they are for. */
async function measurePools(): Promise<Result[]> {
  const system = createSystem();
  const python = new Python();
  const { questions, end } = await pools(system, python);
  const results: Result[] = [];
  const counting = await counts(system, python);
  for (const question of [...questions, ...await channels(system, python), ...counting.questions]) results.push(await compare(question));
  await end();
  await counting.end();
  python.end();
  await system.stop();
  return results;
}

function pinnedResults(): Result[] {
  const script = fileURLToPath(import.meta.url);
  const { stdout, status } = spawnSync('taskset', ['-c', '0', process.execPath, script, '--pinned'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] });
  if (status !== 0) throw new Error(`the pinned part ended with ${status}; it needs taskset (util-linux)`);
  return JSON.parse(stdout) as Result[];
}

function print(results: readonly Result[]): void {
  for (const { name, unit, ours, theirs, ratio, spread, goal, why, verdict } of results) {
    console.log(`${name}\n  ours ${format(ours)} ${unit}, theirs ${format(theirs)}: ratio ${ratio.toFixed(2)}`
      + `${goal === undefined ? '' : `, goal >= ${goal.toFixed(2)}`}: ${verdict}\n  A/A quartiles ${spread[0].toFixed(2)} to ${spread[1].toFixed(2)}`);
    if (verdict === 'missed' && why !== undefined) console.log(`  why: ${why}`);
  }
}

function format(value: number): string {
  return Math.round(value).toLocaleString('en');
}

await main();
