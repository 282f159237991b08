import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `npm test`: every part in turn, with its time beside its budget. `tsx test/run-all.ts conformance` runs one part.

interface Part {
  readonly name: string;
  /** Seconds that it may take on two cores; all together five minutes. */
  readonly budget: number;
  readonly command: readonly string[];
}

interface Outcome {
  readonly part: Part;
  readonly seconds: number;
  readonly passed: number;
  readonly failed: number;
}

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const bin = (name: string): string => join(ROOT, 'node_modules', name);
const TSC = bin('typescript/bin/tsc');
const OXLINT = bin('oxlint/bin/oxlint');
const VITEST = bin('vitest/vitest.mjs');

/** vitest over some folders; its report says how many tests there were. */
const tests = (name: string, budget: number, ...paths: string[]): Part => ({ name, budget, command: [VITEST, 'run', ...paths] });
/** {@link tests} of files that need no thread or process for themselves: each of those that vitest starts loads the library once. */
const lightTests = (name: string, budget: number, ...paths: string[]): Part => tests(name, budget, '--no-isolate', ...paths);

const PARTS: readonly Part[] = [
  { name: 'types', budget: 5, command: [TSC, '--noEmit'] },
  { name: 'lint', budget: 5, command: [OXLINT, '--type-aware', '--deny-warnings'] },
  lightTests('unit', 45, 'test/core', 'test/runtime', 'test/supervisors', 'test/types', 'test/architecture.test.ts'),
  lightTests('simulation', 12, 'test/testing', 'test/simulation'),
  lightTests('actors', 36, 'test/actors'),
  tests('model', 50, 'test/model'),
  tests('conformance', 30, 'test/conformance'),
  tests('faults', 65, 'test/faults', 'test/errors.test.ts'),
  lightTests('examples', 28, 'test/examples', 'test/docs'),
  tests('package', 20, 'test/package'),
];

function run(part: Part, folder: string): Outcome {
  console.log(`\n== ${part.name}`);
  const report = join(folder, `${part.name}.json`);
  const isVitest = part.command[0] === VITEST;
  const reporters = isVitest ? ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`] : [];
  const startedAt = performance.now();
  const { status } = spawnSync(process.execPath, [...part.command, ...reporters], { cwd: ROOT, stdio: 'inherit' });
  const seconds = (performance.now() - startedAt) / 1_000;
  if (!isVitest) return { part, seconds, passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1 };
  const { passed, failed } = countsIn(report);
  // A file that could not even be loaded has no failed test.
  return { part, seconds, passed, failed: status === 0 ? failed : Math.max(1, failed) };
}

function countsIn(report: string): { passed: number; failed: number } {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, 'utf8')) as Record<string, number>;
    return { passed: numPassedTests ?? 0, failed: numFailedTests ?? 0 };
  } catch {
    return { passed: 0, failed: 1 };
  }
}

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !PARTS.some((part) => part.name === name));
if (unknown.length > 0) throw new RangeError(`no such part: ${unknown.join(', ')}; there are ${PARTS.map(({ name }) => name).join(', ')}`);

const folder = mkdtempSync(join(tmpdir(), 'troupe-test-'));
const outcomes = PARTS.filter(({ name }) => wanted.length === 0 || wanted.includes(name)).map((part) => run(part, folder));
rmSync(folder, { recursive: true, force: true });

console.log(`\nNode ${process.version}`);
for (const { part, seconds, passed, failed } of outcomes) {
  const late = seconds > part.budget ? ', over its budget' : '';
  console.log(`${part.name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s of ${part.budget} s   ${passed} passed, ${failed} failed${late}`);
}
const sum = (pick: (outcome: Outcome) => number): number => outcomes.reduce((total, outcome) => total + pick(outcome), 0);
console.log(`total        ${sum(({ seconds }) => seconds).toFixed(1).padStart(6)} s`);
console.log(`${sum(({ passed }) => passed)} passed, ${sum(({ failed }) => failed)} failed`);
process.exitCode = sum(({ failed }) => failed) === 0 ? 0 : 1;
