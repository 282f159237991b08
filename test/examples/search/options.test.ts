import { describe, expect, it } from 'vitest';
import { HELP, USAGE, parseOptions } from '../../../examples/search/options.ts';

describe('parseOptions', () => {
  it('takes the modules of this project and a port when nothing is said', () => {
    const { folder, port, ...rest } = parseOptions(['--seed', '1']);

    expect(folder).toMatch(/node_modules$/);
    expect(port).toBeGreaterThan(0);
    expect(rest).toEqual({ isOnce: false, isVerified: false, verifySeconds: 5, isChaotic: false, chaosSeconds: 1, seed: 1, isHelp: false });
  });

  it('takes what is said', () => {
    const args = 'docs --port 0 --once --verify --seconds 0.5 --chaos --every 0.7 --seed 12';

    expect(parseOptions(args.split(' '))).toEqual({
      folder: 'docs', port: 0, isOnce: true, isVerified: true, verifySeconds: 0.5, isChaotic: true, chaosSeconds: 0.7, seed: 12,
      isHelp: false,
    });
  });

  it.each(['--help', '-h'])('takes %s, whose text explains every option', (help) => {
    expect(parseOptions([help]).isHelp).toBe(true);
    for (const [option] of USAGE.matchAll(/--\w+/g)) expect(HELP).toMatch(new RegExp(`^  ${option} `, 'm'));
  });

  it('serves nothing when it is to end by itself, and no port is given', () => {
    expect(parseOptions(['--once']).port).toBeUndefined();
  });

  it.each([
    [['--fast']], [['--port', 'http']], [['--port', '70000']], [['--port', '1.5']], [['--port']],
    [['--seconds', '-1']], [['a', 'b']], [['--every', '0.4']], [['--seed', 'x']], [['--seed', '1.5']],
  ])('refuses %j', (args) => {
    expect(() => parseOptions(args)).toThrow();
  });
});
