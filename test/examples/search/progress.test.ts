import { describe, expect, it } from 'vitest';
import { Progress } from '../../../examples/search/progress.ts';

function recorded(isTTY: boolean) {
  let nowMs = 0;
  const written: string[] = [];
  const progress = new Progress({ isTTY, write: (text) => written.push(text) }, 10, () => nowMs);
  return { progress, written, advance: (ms: number) => { nowMs += ms; } };
}

describe('Progress', () => {
  it('writes at most a line per second where there is no terminal', () => {
    const { progress, written, advance } = recorded(false);

    progress.add({ files: 2, bytes: 1e6 });
    advance(1_000);
    progress.add({ files: 3, bytes: 1e6 });
    progress.end();

    expect(written).toEqual(['50 %  5/10 files  5 files/s, 2.0 MB/s\n']);
  });

  it('draws a bar on a terminal, and takes it away', () => {
    const { progress, written, advance } = recorded(true);

    advance(100);
    progress.add({ files: 5, bytes: 0 });
    progress.end();

    expect(written[0]).toMatch(/^\r\[#{15}\.{15}\] 50 %/);
    expect(written[1]).toBe('\r\u001b[K');
  });

  it('counts the time until its end', () => {
    const { progress, advance } = recorded(false);

    advance(2_000);
    progress.end();
    advance(5_000);

    expect(progress.seconds).toBe(2);
  });
});
