import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as troupe from '../../index.ts';
import { bundle, runBundled } from '../support/bundle.ts';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const PAGE = readFileSync(join(ROOT, 'docs', 'from-multiprocessing.md'), 'utf8');
/** One that hangs is ended. */
const LIMIT_MS = 60_000;
const folder = mkdtempSync(join(ROOT, 'test', 'docs', 'run-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the page's second column says: a line of code, and perhaps what it gives. */
interface Line {
  readonly python: string;
  readonly code: string;
  readonly gives: string | undefined;
}

/** The page's code in its order: blocks, and lines of its tables. */
const parts = [...PAGE.matchAll(/```ts\n(?<block>[^]*?)```|^\| (?<python>(?!Python|Advice|---).+?) \| (?<cell>.+?) \| .*\|$/gm)]
  .map(({ groups = {} }) => groups['block'] ?? lineOf(groups['python'] ?? '', groups['cell'] ?? ''));
const lines = parts.filter((part) => typeof part !== 'string');

function lineOf(python: string, cell: string): Line {
  const [, code, gives] = /^`([^`]+)`(?: → `([^`]+)`)?$/.exec(cell) ?? [];
  if (code === undefined) throw new Error(`no line of code: ${cell}`);
  return { python, code, gives };
}

/** All of the page as one program, which says of each line that it has run, and what it has given. */
function programOf(page: readonly (string | Line)[]): string {
  const [definitions = '', ...body] = page.map((part) => {
    if (typeof part === 'string') return part;
    const name = JSON.stringify(part.code);
    return part.gives === undefined ? `${part.code};\nran(${name});` : `ran(${name}, await (${part.code}));`;
  });
  return [
    `import { ${Object.keys(troupe).join(', ')}, type Sendable } from '../../../index.ts';`,
    "import { availableParallelism } from 'node:os';", "import { inspect } from 'node:util';", "import { randomBytes } from 'node:crypto';",
    'const ran = (code: string, ...gave: unknown[]): void => console.log(JSON.stringify([code, ...gave.map((value) => inspect(value))]));',
    definitions, 'if (isMain(import.meta)) {', ...body, '}',
  ].join('\n');
}

/** What each line has given, by its code, in their order. */
let ran: [code: string, gave?: string][];
beforeAll(async () => {
  const file = join(folder, 'page.ts');
  writeFileSync(file, programOf(parts));
  await bundle([file], folder);
  const { stdout } = await runBundled([join(folder, 'page.js')], LIMIT_MS);
  ran = stdout.trimEnd().split('\n').map((line) => JSON.parse(line) as [string, string?]);
}, LIMIT_MS);

describe('docs/from-multiprocessing.md', () => {
  it('has a line for each piece of advice', () => {
    const advice = lines.flatMap(({ python }) => /^P(\d+)\. /.exec(python)?.[1] ?? []);

    expect(advice).toEqual(Array.from({ length: 42 }, (_, i) => `${i + 1}`));
  });

  it('has lines that all run, and give what it says', () => {
    expect(ran).toEqual(lines.map(({ code, gives }) => (gives === undefined ? [code] : [code, gives])));
  });
});
