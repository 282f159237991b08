import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DECISION_TESTS } from './decisions.ts';
import type { Mutant } from './mutants.ts';
import { allMutants } from './mutants.ts';
import { SURVIVORS } from './survivors.ts';

// `npm run test:mutants`: changes each decision function in many small ways, and ends with 1 unless 95 % of the changes
// are found by the tests, and the others are known, with a reason.

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const WORKERS = 2;
const MIN_FOUND = 0.95;
/** Enough for any change that a decision notices. */
const MODEL_TRACES = 1_000;
const MODEL_SEED = '2';
/** A mutant may never come to an end. */
const LIMIT_MS = 120_000;

type Verdict = 'unit' | 'model' | 'survived';

/** A copy of the project in which one file at a time is changed. */
class Copy {
  readonly #folder = mkdtempSync(join(tmpdir(), 'troupe-mutants-'));

  constructor() {
    const isSource = (path: string): boolean => !/^(?:node_modules|dist|\.git)$/.test(relative(ROOT, path));
    cpSync(ROOT, this.#folder, { recursive: true, filter: isSource });
    symlinkSync(join(ROOT, 'node_modules'), join(this.#folder, 'node_modules'));
  }

  async judge({ path, text }: Mutant): Promise<Verdict> {
    writeFileSync(join(this.#folder, path), text);
    try {
      if (!await this.#passes('vitest/vitest.mjs', 'run', '--bail=1', ...DECISION_TESTS)) return 'unit';
      if (!await this.#passes('tsx/dist/cli.mjs', 'test/model/main.ts', String(MODEL_TRACES), MODEL_SEED, '1', 'short')) return 'model';
      return 'survived';
    } finally {
      cpSync(join(ROOT, path), join(this.#folder, path));
    }
  }

  /** Whether a tool of node_modules ends well. */
  #passes(tool: string, ...args: string[]): Promise<boolean> {
    return new Promise((resolve) => {
      const options = { cwd: this.#folder, stdio: 'ignore', timeout: LIMIT_MS, killSignal: 'SIGKILL' } as const;
      spawn(process.execPath, [join(this.#folder, 'node_modules', tool), ...args], options).once('exit', (code) => resolve(code === 0));
    });
  }

  /** The copy without a change must pass, or nothing is proven by a mutant that doesn't. */
  async check(mutant: Mutant): Promise<void> {
    const verdict = await this.judge({ ...mutant, text: mutant.original });
    if (verdict !== 'survived') throw new Error(`the tests fail without any mutant (${verdict})`);
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

const wanted = process.argv[2];
const mutants = allMutants(ROOT).filter(({ path, function: name }) => wanted === undefined || `${path} ${name}`.includes(wanted));
const verdicts = new Map<Mutant, Verdict>();
const open = [...mutants];
const copies = Array.from({ length: WORKERS }, () => new Copy());
try {
  const [first] = mutants;
  if (first !== undefined) await copies[0]?.check(first);
  await Promise.all(copies.map(async (copy) => {
    for (let mutant = open.shift(); mutant !== undefined; mutant = open.shift()) {
      const verdict = await copy.judge(mutant);
      verdicts.set(mutant, verdict);
      console.log(`${verdict.padEnd(9)} ${mutant.path}:${mutant.line} ${mutant.function}: ${mutant.operator}: ${oneLine(mutant.from)} -> ${oneLine(mutant.to)}`);
    }
  }));
} finally {
  for (const copy of copies) copy.remove();
}

const survivors = mutants.filter((mutant) => verdicts.get(mutant) === 'survived');
const reasonOf = (mutant: Mutant): string | undefined => SURVIVORS.find((known) =>
  known.path === mutant.path && known.function === mutant.function && known.line === lineOf(mutant)
  && known.from === mutant.from && known.to === mutant.to)?.reason;
const share = mutants.length === 0 ? 0 : 1 - survivors.length / mutants.length;

console.log('');
for (const name of new Set(mutants.map(({ path, function: of }) => `${path} ${of}`))) {
  const own = mutants.filter(({ path, function: of }) => `${path} ${of}` === name);
  const count = (verdict: Verdict): string => String(own.filter((mutant) => verdicts.get(mutant) === verdict).length).padStart(4);
  console.log(`${name.padEnd(50)} ${String(own.length).padStart(4)} mutants: unit tests${count('unit')}, model${count('model')}, survived${count('survived')}`);
}
for (const mutant of survivors) {
  console.log(`survived: ${mutant.path}:${mutant.line} ${mutant.function}: ${oneLine(mutant.from)} -> ${oneLine(mutant.to)}: ${reasonOf(mutant) ?? 'NOT LISTED'}`);
}
const found = mutants.length - survivors.length;
console.log(`${found} of ${mutants.length} found, ${(share * 100).toFixed(1)} %; ${MIN_FOUND * 100} % are wanted`);
process.exitCode = share >= MIN_FOUND && survivors.every((mutant) => reasonOf(mutant) !== undefined) ? 0 : 1;

function lineOf({ original, line }: Mutant): string {
  return original.split('\n')[line - 1]?.trim() ?? '';
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ');
}
