import { describe, expect, it } from 'vitest';
import { parseOptions } from '../../../examples/search/options.ts';

describe('parseOptions', () => {
  it('takes the modules of this project and a port when nothing is said', () => {
    const { folder, port, isOnce, isVerified, verifySeconds } = parseOptions([]);

    expect(folder).toMatch(/node_modules$/);
    expect([port > 0, isOnce, isVerified, verifySeconds]).toEqual([true, false, false, 5]);
  });

  it('takes what is said', () => {
    expect(parseOptions(['docs', '--port', '0', '--once', '--verify', '--seconds', '0.5']))
      .toEqual({ folder: 'docs', port: 0, isOnce: true, isVerified: true, verifySeconds: 0.5 });
  });

  it.each([
    [['--fast']], [['--port', 'http']], [['--port', '70000']], [['--port', '1.5']], [['--port']],
    [['--seconds', '-1']], [['a', 'b']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});
