import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FRAMES = 100_000;

interface Figures {
  readonly seed: number;
  readonly frames: number;
  readonly pastHeader: number;
  readonly values: number;
  readonly refused: number;
  readonly found?: string;
}

/** Runs the fuzzer in a process with little memory; its last line says what it saw. */
function fuzz(frames: number): Promise<{ figures: Figures; code: number; output: string }> {
  const args = ['--max-old-space-size=128', 'test/runtime/fuzz/main.ts', `${frames}`];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: ROOT }, (error, stdout, stderr) => {
      const line = stdout.trim().split('\n').at(-1) ?? '';
      if (!line.startsWith('{')) reject(new Error(`the fuzzer said nothing: ${stderr}`));
      else resolve({ figures: JSON.parse(line) as Figures, code: error === null ? 0 : 1, output: stdout + stderr });
    });
  });
}

describe('frames that something has happened to', () => {
  it('give values or ProtocolErrors, soon and in little memory, and change nothing', { timeout: 120_000 }, async () => {
    const { figures, code, output } = await fuzz(FRAMES);

    // The seed is in the output: the run can be repeated.
    expect(code, output).toBe(0);
    expect(figures.frames).toBe(FRAMES);
    expect(figures.pastHeader / FRAMES).toBeGreaterThan(0.2);
    // They are neither all spared nor all spoilt.
    expect(Math.min(figures.values, figures.refused) / FRAMES).toBeGreaterThan(0.2);
  });
});
