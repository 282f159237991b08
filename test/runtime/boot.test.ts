import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { BOOT_VARIABLE, FRAME_FD, LEASH_FD } from '../../runtime/hosts/process-host.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { NO_HOST } from '../../runtime/hosts/remote-host.ts';
import { TestSystem } from '../support/test-system.ts';

const boot = readFileSync(new URL('../../runtime/hosts/boot.mjs', import.meta.url), 'utf8');

describe('boot.mjs, which can import no TypeScript', () => {
  it.each(Object.entries({ FRAME_FD, LEASH_FD, NO_HOST }))('has the same %s as the library', (name, value) => {
    expect(Number(new RegExp(`^const ${name} = (\\w+);$`, 'm').exec(boot)?.[1])).toBe(value);
  });

  it('takes what it is told from the variable that the library sets', () => {
    expect(boot).toContain(`JSON.parse(process.env.${BOOT_VARIABLE})`);
    expect(boot).toContain(`delete process.env.${BOOT_VARIABLE};`);
  });
});

describe('a host whose Node reads no TypeScript', () => {
  it.each(['thread', 'process'] as const)('finds tsx by itself: %s', async (host) => {
    await using system = new TestSystem();

    // Without what makes it readable in tests.
    const ref = await system.spawn(Breaking, { host, env: { NODE_OPTIONS: undefined } });

    expect(await ref.ask.variable('NODE_OPTIONS')).toBe(undefined);
  });
});
