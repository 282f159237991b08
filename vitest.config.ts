import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';
import LongestFirst from './test/support/longest-first.ts';

const ROOT = fileURLToPath(new URL('.', import.meta.url)).replaceAll(/[^\w/]/g, '\\$&');

/** Tests that are about the process that they run in, or fill it for long: each file has one of its own. */
const ALONE = ['test/{conformance,faults,heavy,model,package}/**/*.test.ts', 'test/errors.test.ts'];

/** What holds for all tests. */
const COMMON = {
  // Node itself loads the library, as it does for programs and hosts: once for all that a process runs. And the model, which works for long:
  // what vitest loads looks each import up whenever it uses it.
  server: { deps: { external: [new RegExp(`^${ROOT}(?:index\\.ts$|(?:core|runtime|supervisors|actors|testing)/|test/model/[\\w-]+\\.ts$)`)] } },
  pool: 'forks' as const,
  // One more than the two cores: many tests wait for threads and processes of their own.
  maxWorkers: 3,
  testTimeout: 20_000,
  hookTimeout: 30_000,
};

export default defineConfig({
  test: {
    projects: [
      { test: { ...COMMON, name: 'alone', include: ALONE } },
      { test: { ...COMMON, name: 'together', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false } },
    ],
    sequence: { sequencer: LongestFirst },
    globalSetup: ['test/support/typescript/setup.ts'],
  },
});
