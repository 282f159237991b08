import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Expected } from './expected.ts';
import { EXPECTED } from './expected.ts';
import { bundle, runBundled } from '../../support/bundle.ts';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAMS = join(ROOT, 'examples', 'seeds');
const RUN = fileURLToPath(new URL('run.mjs', import.meta.url));
const names = Object.keys(EXPECTED);
/** One that hangs is ended. */
const LIMIT_MS = 60_000;

/** Where the programs are as plain JavaScript. */
const folder = mkdtempSync(fileURLToPath(new URL('run-', import.meta.url)));
/** What each program prints, by its name. */
const printed = new Map<string, string[]>();

beforeAll(async () => {
  await bundle(names.map((name) => join(PROGRAMS, `${name}.ts`)), folder);

  const isAlone = (name: string): boolean => EXPECTED[name]?.second !== undefined;
  const together = names.filter((name) => !isAlone(name));
  const halves = [0, 1].map((half) => together.filter((_, i) => i % 2 === half));
  const others = async (): Promise<void> => {
    for (const name of names.filter(isAlone)) await runAll([name], EXPECTED[name]?.second);
  };
  await Promise.all([others(), ...halves.map((half) => runAll(half))]);
}, LIMIT_MS);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs programs one after the other in one process. */
async function runAll(programs: readonly string[], second = 20): Promise<void> {
  const { stdout, stderr } = await runBundled([RUN, folder, '--second', `${second}`, ...programs], LIMIT_MS);
  // What a program writes to its standard error comes after all else.
  const output = stdout + stderr;
  for (const name of programs) printed.set(name, linesOf(new RegExp(`^== ${name}\n([^]*?)(?=^== |(?![^]))`, 'm').exec(output)?.[1] ?? ''));
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.trimEnd().split('\n');
}

/** As `lines` of the expectation has them. */
function settled(lines: readonly string[], { lines: expected, varying = /$^/, isUnique = false }: Expected): string[] {
  const all = lines.map((line) => line.replace(varying, '<n>'));
  const left = isUnique ? [...new Set(all)] : all;
  return [...expected.flatMap((part) => (typeof part === 'string' ? left.splice(0, 1) : left.splice(0, part.length).toSorted())), ...left];
}

describe('the programs of five tutorials on Python\'s multiprocessing', () => {
  it.each(names)('%s', (name) => {
    const expected = EXPECTED[name] as Expected;
    const lines = printed.get(name) ?? [];

    expect(settled(lines, expected)).toEqual(expected.lines.flatMap((part) => (typeof part === 'string' ? part : part.toSorted())));
    expect(expected.check?.(lines) ?? true).toBe(true);
  });

  it('run by themselves', async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [join(PROGRAMS, '20-one-worker.ts')], { cwd: ROOT, timeout: LIMIT_MS });

    expect(stdout).toBe('Worker process running\n');
  });
});

describe('examples/seeds', () => {
  const files = readdirSync(PROGRAMS).filter((file) => /^\d\d-/.test(file));
  const sources = files.map((file) => ({ name: file.replace('.ts', ''), text: readFileSync(join(PROGRAMS, file), 'utf8') }));

  it('has all programs', () => {
    expect(sources.map(({ name }) => name)).toEqual(names);
  });

  it('says of each what Python does', () => {
    expect(sources.filter(({ name, text }) => !new RegExp(`^// ${Number(name.slice(0, 2))}\\. .*Python`).test(text))).toEqual([]);
  });

  it('has programs that are also modules', () => {
    expect(sources.filter(({ text }) => !text.endsWith('\n\nif (isMain(import.meta)) await main();\n'))).toEqual([]);
  });
});
