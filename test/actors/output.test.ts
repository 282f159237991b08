import { describe, expect, it } from 'vitest';
import { Output } from '../../actors/job/output.ts';

async function read(output: Output): Promise<string[]> {
  const texts: string[] = [];
  for await (const text of output) texts.push(text);
  return texts;
}

describe('what a job prints', () => {
  it('waits for its reader', async () => {
    const output = new Output();
    output.put('one');
    output.put('two');
    output.end();

    expect(await read(output)).toEqual(['one', 'two']);
  });

  it('is dropped while too much waits, and that is said', async () => {
    const output = new Output();
    const much = 'x'.repeat(2 ** 20 - 10);
    output.put(much);
    output.put('more than ten characters');
    output.put('still more of them');
    output.put('short');
    output.end();

    expect(await read(output)).toEqual([much, '[42 characters dropped]\nshort']);
  });

  it('is heard again when there is room', async () => {
    const output = new Output();
    const reader = output[Symbol.asyncIterator]();
    output.put('x'.repeat(2 ** 20));
    output.put('lost');
    await reader.next();
    output.put('heard');
    output.put('lost at the end'.repeat(2 ** 18));
    output.end();

    expect(await read(output)).toEqual(['[4 characters dropped]\nheard', `[${15 * 2 ** 18} characters dropped]\n`]);
  });
});
