import { build } from 'esbuild';
import { cpSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';

const LIBRARY = fileURLToPath(new URL('../../index.ts', import.meta.url));
const BOOT_FILES = fileURLToPath(new URL('../../runtime/hosts/', import.meta.url));

/**
 * Makes programs plain JavaScript, as docs/bundling.md says: `entry.ts` is `entry.js` in `folder`, beside the library. Their threads and processes
 * start in half the time there.
 */
export async function bundle(entryPoints: readonly string[], folder: string): Promise<void> {
  await build({
    entryPoints: [LIBRARY, ...entryPoints], entryNames: '[name]', outdir: folder,
    bundle: true, splitting: true, minify: true, format: 'esm', platform: 'node', target: 'node20',
  });
  cpSync(BOOT_FILES, folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}
