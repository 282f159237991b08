import { describe, expect, it } from 'vitest';
import { EXACT } from '../support/exact.ts';
import { Program } from '../support/program.ts';
import { deadline } from '../support/deadline.ts';

const SHAPES = ['map', 'array', 'objects'] as const;

async function runOf(host: string, what: string): Promise<{ end: { code: number | null; signal: string | null }; output: string }> {
  await using program = new Program('test/heavy/programs/memory.ts', [host, what]);
  const end = await deadline(program.ended, 'the program ends', 10_000);
  return { end, output: program.output };
}

describe('a host that runs out of memory (OOM)', () => {
  it.each(SHAPES)('is told as such, and started again, when it is a process with --max-old-space-size: %s', async (what) => {
    const { end, output } = await runOf('process', what);

    const how = 'SIGABRT, HostExitError: Cannot go on: the process is out of memory';
    expect(output).toContain(`Cannot ask eat of "app-1/eater": its host has ended (${how})`);
    expect(output).toContain('incarnation 2\ndone: normal');
    expect(end).toEqual({ code: 0, signal: null });
  });

  // What is promised of threads is no more than this.
  it.each(SHAPES)('is told as such, and started again, or aborts the whole program, when it is a thread with resourceLimits: %s', async (what) => {
    const { end, output } = await runOf('thread', what);

    if (end.signal === 'SIGABRT') {
      expect(output).toContain('heap out of memory');
    } else {
      expect(output).toContain('its host has ended (exit code 1, HostExitError: Cannot go on: the thread is out of memory)');
      expect(output).toContain('incarnation 2\ndone: normal');
      expect(end).toEqual({ code: 0, signal: null });
    }
  });

  it.each(['thread', 'process'])('is none that holds Buffers: resourceLimits don’t count them, on a %s', async (host) => {
    const { end, output } = await runOf(host, 'buffers');

    expect(output).toBe(`holds 300 MB\ndone: normal\n${EXACT}\n`);
    expect(end.code).toBe(0);
  });
});
