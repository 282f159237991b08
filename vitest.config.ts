import { defineConfig } from 'vitest/config';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('.', import.meta.url)).replaceAll(/[^\w/]/g, '\\$&');

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/typescript/setup.ts'],
    // Node itself loads the library, as it does for programs and hosts: once for all that a process runs.
    server: { deps: { external: [new RegExp(`^${ROOT}(?:index\\.ts$|(?:core|runtime|supervisors|actors|testing)/)`)] } },
    pool: 'forks',
    // Both of two cores: most tests wait for threads and processes of their own.
    maxWorkers: 2,
    testTimeout: 20_000,
    hookTimeout: 30_000,
  },
});
