import { describe, expect, it } from 'vitest';
import { Progress } from '../../../actors/pool/progress.ts';

function shown(isTTY: boolean, total: number | undefined, counts: readonly number[]): string[] {
  const written: string[] = [];
  const progress = new Progress('resize', total, { isTTY, write: (text: string) => written.push(text) });
  for (const count of counts) progress.add(count);
  progress.end();
  progress.end();
  return written;
}

describe('progress', () => {
  it('is a line for each tenth where there is no terminal', () => {
    expect(shown(false, 100, [5, 5, 5, 85])).toEqual(['resize 5/100 5 %\n', 'resize 10/100 10 %\n', 'resize 100/100 100 %\n']);
  });

  it('is a line each time it has doubled where the length isn\'t known', () => {
    expect(shown(false, undefined, [1, 1, 1, 1])).toEqual(['resize 1\n', 'resize 2\n', 'resize 4\n']);
  });

  it('is a bar on a terminal', () => {
    expect(shown(true, 4, [1, 3])).toEqual([
      '\rresize [######..................] 1/4 25 % ', '\rresize [########################] 4/4 100 % ',
      '\rresize [########################] 4/4 100 % \n',
    ]);
    expect(shown(true, undefined, [3])).toEqual(['\rresize 3 ', '\rresize 3 \n']);
  });
});
