import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as troupe from '../../index.ts';
import { bundle, runBundled } from '../support/bundle.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Inside the project, so that tsx is found as in a user's project.
const folder = mkdtempSync(join(ROOT, 'test', 'docs', 'run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const LIMIT_MS = 30_000;

/** Writes a user's program; `troupe` is this project's source. */
function write(name: string, source: string): string {
  const file = join(folder, name);
  writeFileSync(file, source.replaceAll("from 'troupe'", "from '../../../index.ts'").replaceAll("from 'troupe/testing'", "from '../../../testing/index.ts'"));
  return file;
}

/** Runs TypeScript as it is. */
async function run(name: string, source: string): Promise<string> {
  const { stdout } = await promisify(execFile)(process.execPath, [write(name, source)], { cwd: folder, timeout: LIMIT_MS });
  return stdout;
}

interface Program {
  readonly name: string;
  readonly source: string;
  readonly output: string;
}

/** The programs of a page that show their output. */
function programsOf(page: string): Program[] {
  const found = readFileSync(join(ROOT, page), 'utf8').matchAll(/```ts\n\/\/ ([\w.-]+)\n(.*?)```\n```text\n(.*?)```/gs);
  return [...found].map(([, name = '', source = '', output = '']) => ({ name, source, output }));
}

describe('the pages of docs', () => {
  const programs = readdirSync(join(ROOT, 'docs')).flatMap((file) => programsOf(join('docs', file)));

  beforeAll(() => bundle(programs.map(({ name, source }) => write(name, source)), folder));

  it.concurrent.each(programs)('$name prints what its page says', async ({ name, output }) => {
    const { stdout } = await runBundled([join(folder, name.replace(/ts$/, 'js'))], LIMIT_MS);

    expect(stdout).toBe(output);
  });
});

describe('README.md', () => {
  const programs = programsOf('README.md');

  it('shows two programs', () => {
    expect(programs.map(({ name }) => name)).toEqual(['counter.ts', 'shop.ts']);
  });

  it.each(programs)('$name prints what the page says', async ({ name, source, output }) => {
    expect(await run(name, source)).toBe(output);
  });

  it('opens with code of at most 12 lines, blank ones apart', () => {
    const lines = programs[0]?.source.split('\n').filter((line) => line !== '') ?? [];

    expect(lines.length).toBeLessThanOrEqual(12);
  });
});

describe('examples in doc comments', () => {
  const sources = ['core', 'runtime', 'supervisors', 'actors', 'testing'].flatMap((name) => (
    readdirSync(join(ROOT, name), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(name, file))
  ));
  const examples = sources.flatMap((file) => {
    const text = readFileSync(join(ROOT, file), 'utf8');
    return [...text.matchAll(/^ *\* @example\n((?: *\* .*\n)+?)(?= *\*\/| *\* @)/gm)].map((match) => ({
      file, code: (match[1] ?? '').replaceAll(/^ *\* ?/gm, ''),
    }));
  });

  it('are there', () => {
    expect(examples.length).toBeGreaterThanOrEqual(5);
  });

  it('run, one after the other', async () => {
    const blocks = examples.map(({ file, code }) => {
      const body = code.replaceAll(/^export /gm, '').replaceAll(/^/gm, '  ');
      return `{ // ${file}\n${body}\n  console.log(${JSON.stringify(file)});\n}`;
    });

    writeFileSync(join(folder, 'counter.ts'), 'export * from \'../../support/actors/counter.ts\';');

    const output = await run('examples.ts', `${PREAMBLE}\n${blocks.join('\n')}\nawait defaultEnd();\n`);

    expect(output.trim().split('\n')).toEqual(examples.map(({ file }) => file));
  });
});

/** What the examples take for granted. */
const PREAMBLE = `
import { randomBytes } from 'node:crypto';
import { fromTransition, sendTo, setup } from 'xstate';
import { ${Object.keys(troupe).join(', ')}, type Sendable } from 'troupe';
import { ManualClock, simulate, simulateEveryStep, testKit } from 'troupe/testing';
import { Counter } from '../../support/actors/counter.ts';
import { countPrimes, square } from '../../support/arithmetic.ts';

const counter = await spawn(Counter, { input: { start: 0 } });
const tree = supervisor({ children: { counter: child(Counter, { input: { start: 0 } }) } });
const defaultEnd = () => counter.stop();
`;
