import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm test`: types and lint, then all tests, with the time that each part takes. `tsx test/run-all.ts conformance` runs one part.

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(ROOT, 'node_modules', name);

/** Seconds that all of it may take on two cores. */
const BUDGET = 300;

const CHECKS: Readonly<Record<string, readonly string[]>> = {
  types: [bin('typescript/bin/tsc'), '--noEmit'],
  lint: [bin('oxlint/bin/oxlint'), '--type-aware', '--deny-warnings'],
};

/** Where the tests of each part are. */
const TESTS: Readonly<Record<string, readonly string[]>> = {
  unit: ['test/core', 'test/runtime', 'test/supervisors', 'test/types', 'test/architecture.test.ts'],
  simulation: ['test/testing', 'test/simulation'],
  actors: ['test/actors'],
  model: ['test/model'],
  conformance: ['test/conformance'],
  faults: ['test/faults', 'test/errors.test.ts'],
  examples: ['test/examples', 'test/docs'],
  package: ['test/package'],
};

/** How a part has come out. */
interface Outcome {
  readonly name: string;
  /** That it has worked; files of tests run beside each other. */
  seconds: number;
  passed: number;
  failed: number;
}

/** What vitest's report says of a file. */
interface FileReport {
  readonly name: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly status: string;
  readonly assertionResults: readonly { readonly status: string }[];
}

function run(command: readonly string[]): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, command, { cwd: ROOT, stdio: 'inherit' });
    child.on('error', reject);
    child.on('exit', (code) => resolve(code === 0));
  });
}

async function check(name: string): Promise<Outcome> {
  const startedAt = performance.now();
  const isFine = await run(CHECKS[name] ?? []);
  return { name, seconds: (performance.now() - startedAt) / 1_000, passed: isFine ? 1 : 0, failed: isFine ? 0 : 1 };
}

async function test(names: readonly string[]): Promise<Outcome[]> {
  if (names.length === 0) return [];
  const folder = mkdtempSync(join(tmpdir(), 'troupe-test-'));
  const report = join(folder, 'report.json');
  const isFine = await run([
    bin('vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${report}`, ...names.flatMap((name) => TESTS[name] ?? []),
  ]);
  const outcomes = names.map((name): Outcome => ({ name, seconds: 0, passed: 0, failed: 0 }));
  for (const file of filesIn(report)) add(file, outcomes);
  rmSync(folder, { recursive: true, force: true });
  // What fails outside of all tests is in no file's report.
  if (!isFine && outcomes.every(({ failed }) => failed === 0)) outcomes.push({ name: 'vitest', seconds: 0, passed: 0, failed: 1 });
  return outcomes;
}

function filesIn(report: string): readonly FileReport[] {
  try {
    return (JSON.parse(readFileSync(report, 'utf8')) as { testResults: readonly FileReport[] }).testResults;
  } catch {
    return [];
  }
}

function add(file: FileReport, outcomes: readonly Outcome[]): void {
  const path = relative(ROOT, file.name);
  const outcome = outcomes.find(({ name }) => TESTS[name]?.some((each) => path.startsWith(each)));
  if (outcome === undefined) throw new Error(`${path} belongs to no part`);
  const count = (status: string): number => file.assertionResults.filter((each) => each.status === status).length;
  outcome.seconds += (file.endTime - file.startTime) / 1_000;
  outcome.passed += count('passed');
  // A file that could not even be loaded has no failed test.
  outcome.failed += Math.max(count('failed'), file.status === 'failed' ? 1 : 0);
}

const all = [...Object.keys(CHECKS), ...Object.keys(TESTS)];
const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !all.includes(name));
if (unknown.length > 0) throw new RangeError(`no such part: ${unknown.join(', ')}; there are ${all.join(', ')}`);
const isWanted = (name: string): boolean => wanted.length === 0 || wanted.includes(name);

const startedAt = performance.now();
const checks = await Promise.all(Object.keys(CHECKS).filter(isWanted).map(check));
const outcomes = [...checks, ...await test(Object.keys(TESTS).filter(isWanted))];
const seconds = (performance.now() - startedAt) / 1_000;

console.log(`\nNode ${process.version}`);
for (const { name, seconds: worked, passed, failed } of outcomes) {
  console.log(`${name.padEnd(12)} ${worked.toFixed(1).padStart(6)} s of work   ${passed} passed, ${failed} failed`);
}
console.log(`total        ${seconds.toFixed(1).padStart(6)} s of ${BUDGET} s${seconds > BUDGET ? ', over its budget' : ''}`);
const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
process.exitCode = sum(({ failed }) => failed) === 0 ? 0 : 1;
