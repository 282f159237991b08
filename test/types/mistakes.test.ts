import { execFile } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';

/*
 * The mistakes that users make most, one file each, with the compiler's text that they get at its head. What can be said
 * about a mistake is part of the library: a type that still refuses it, but less readably, fails here.
 */

const FOLDER = fileURLToPath(new URL('./mistakes/', import.meta.url));
const COMPILER = fileURLToPath(new URL('../../node_modules/typescript/bin/tsc', import.meta.url));
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.ts'));

/** What the compiler says of each file: one line per error, and one per line of its explanation. */
function compile(): Promise<Map<string, string[]>> {
  const args = [COMPILER, '-p', FOLDER, '--pretty', 'false'];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: FOLDER }, (error, output) => {
      if (error !== null && error.code !== 1 && error.code !== 2) reject(error);
      else resolve(readErrors(output));
    });
  });
}

function readErrors(output: string): Map<string, string[]> {
  const texts = new Map<string, string[]>();
  let last: string[] = [];
  for (const line of output.split(/\r?\n/)) {
    const error = /^(.+)\(\d+,\d+\): error TS\d+: (.*)$/.exec(line);
    if (error !== null) {
      const [, file = '', text = ''] = error;
      last = texts.get(file) ?? [];
      last.push(text);
      texts.set(file, last);
    } else if (line !== '') {
      last.push(line);
    }
  }
  return texts;
}

function expectedOf(file: string): string[] {
  const source = readFileSync(join(FOLDER, file), 'utf8');
  return source.split('\n').filter((line) => line.startsWith(PREFIX)).map((line) => line.slice(PREFIX.length));
}

const PREFIX = '// expect: ';

describe('the compiler\'s text', () => {
  let texts: Map<string, string[]>;
  beforeAll(async () => { texts = await compile(); }, 60_000);

  it.each(FILES)('%s', (file) => {
    expect(texts.get(file)).toEqual(expectedOf(file));
  });

  it('is about these files alone', () => {
    expect([...texts.keys()].filter((file) => !FILES.includes(file))).toEqual([]);
  });
});
