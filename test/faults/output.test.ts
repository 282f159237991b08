import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { EXACT } from '../support/exact.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LINES = 1_000;

/** What the program writes to both streams, into one pipe that is read late: it is soon full. */
async function outputOf(end: string): Promise<string[]> {
  const command = `"$NODE" test/faults/programs/output.ts - ${end} 2>&1 | (sleep 1; cat)`;
  const env = { ...process.env, NODE: process.execPath };
  const shell = spawn('sh', ['-c', command], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  return (await text(shell.stdout)).trimEnd().split('\n');
}

describe('what hosts print on stdout and stderr', () => {
  it.each([
    ['they leave with process.exit', 'exit'],
    ['they throw', 'throw'],
    ['the process is killed', 'SIGKILL'],
    ['the program leaves with process.exit', 'program'],
    ['the program ends', 'nothing'],
  ])('reaches the program in order, on both streams alike, and all of it when %s', async (_when, end) => {
    const lines = await outputOf(end);

    expect(lines).toContain(EXACT);

    for (const host of ['thread', 'process']) {
      const own = lines.filter((line) => line.startsWith(`${host} out`) || line.startsWith(`${host} err`));
      const inTurn = Array.from({ length: LINES }, (_, i) => [`${host} out ${i + 1}`, `${host} err ${i + 1}`]);
      expect(own.map((line) => line.split(' .')[0])).toEqual(inTurn.flat());
    }
  });
});
