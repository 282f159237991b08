import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bundle } from '../../support/bundle.ts';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { promisify } from 'node:util';

const PROGRAMS = fileURLToPath(new URL('../../../examples/charts/', import.meta.url));

/** What each program prints. */
const PRINTED: Readonly<Record<string, readonly string[]>> = {
  'code-lock': ['after 1 2 4: locked', 'open 1 2 3', 'locked ', 'locked 1', 'locked 1 2', 'open 1 2 3', 'locked '],
  connection: [
    'it will try once more', 'Cannot ask changes of "app/connection": the actor crashed: nobody takes calls yet',
    'connected with 0 failures', 'connecting when the line breaks', 'connected again',
  ],
  door: [
    'can it be opened? false', 'locked, opened 0 times', 'closed, opened 0 times', 'open, opened 1 times', 'closed, opened 1 times',
    'locked, opened 1 times',
  ],
  order: [
    'a1: reserved, charged, booked', 'a2: reserved, the card allows 100, released',
    'a3: reserved, charged, nobody drives to the moon, refunded, released', '1 lamp left, 30 paid, [ \'a1\' ] on the way',
  ],
};

const folder = mkdtempSync(fileURLToPath(new URL('run-', import.meta.url)));
beforeAll(() => bundle(Object.keys(PRINTED).map((name) => join(PROGRAMS, `${name}.ts`)), folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('examples/charts', () => {
  it('has these programs', () => {
    expect(readdirSync(PROGRAMS).map((file) => file.replace('.ts', '')).toSorted()).toEqual(Object.keys(PRINTED));
  });

  it.concurrent.each(Object.entries(PRINTED))('%s', async (name, lines) => {
    const program = promisify(execFile)(process.execPath, [join(folder, `${name}.js`), '--second', '20'], { timeout: 15_000 });

    expect((await program).stdout).toBe(`${lines.join('\n')}\n`);
  });
});
