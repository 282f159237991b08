import { describe, expect, it } from 'vitest';
import type { Work } from '../../../examples/search/progress.ts';
import { Progress } from '../../../examples/search/progress.ts';

function recorded(isTTY: boolean, work: Work = { files: 5, passes: 2 }) {
  let nowMs = 0;
  const written: string[] = [];
  const progress = new Progress({ isTTY, write: (text) => written.push(text) }, work, () => nowMs);
  return { progress, written, advance: (ms: number) => { nowMs += ms; } };
}

describe('Progress', () => {
  it('writes at most a line per second where there is no terminal', () => {
    const { progress, written, advance } = recorded(false);

    progress.update({ tokenised: 2, bytes: 1e6, indexed: 1 });
    advance(1_000);
    progress.update({ tokenised: 5, bytes: 2e6, indexed: 4 });
    progress.end();

    expect(written).toEqual(['50 %  tokenised 5, indexed 4 of 5  5 files/s, 2.0 MB/s\n']);
  });

  it('draws a bar on a terminal, and takes it away', () => {
    const { progress, written, advance } = recorded(true);

    advance(100);
    progress.update({ tokenised: 5, bytes: 0, indexed: 5 });
    progress.end();

    expect(written[0]).toMatch(/^\r\[#{15}\.{15}\] 50 %/);
    expect(written[1]).toBe('\r\u001b[K');
  });

  it('shows how full the index is where nobody knows how many passes there will be', () => {
    const { progress, written, advance } = recorded(false, { files: 5, passes: undefined });

    advance(1_000);
    progress.update({ tokenised: 40, bytes: 1e6, indexed: 4 });
    advance(1_000);
    progress.update({ tokenised: 41, bytes: 2e6, indexed: 0 });

    expect(written).toEqual([
      '80 %  tokenised 40, indexed 4 of 5  40 files/s, 1.0 MB/s\n',
      '0 %  tokenised 41, indexed 0 of 5  21 files/s, 1.0 MB/s\n',
    ]);
  });

  it('counts the time until its end', () => {
    const { progress, advance } = recorded(false);

    advance(2_000);
    progress.end();
    advance(5_000);

    expect(progress.seconds).toBe(2);
  });
});
