import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');

it('docs/semantics.md names every environment variable that a host gets, and no other', () => {
  const [, names = ''] = /const COMMON: [^=]*= new Set\(\[(.*?)\]\);/s.exec(read('runtime/hosts/environment.ts')) ?? [];
  const [, section = ''] = /## Environment variables that every host gets\n(.*?)(?=\n## |$)/s.exec(read('docs/semantics.md')) ?? [];
  const given = [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name);
  const named = [...section.matchAll(/`(\w+\*?)`/g)].map(([, name]) => name);

  expect(given.length).toBeGreaterThan(20);
  // The last two are named as what isn't given.
  expect(new Set(named)).toEqual(new Set([...given, 'LC_*', 'TSX_*', 'NODE_', 'NODE_AUTH_TOKEN']));
});
