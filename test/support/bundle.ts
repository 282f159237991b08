import { build } from 'esbuild';
import { cpSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const LIBRARY = fileURLToPath(new URL('../../index.ts', import.meta.url));
const BOOT_FILES = fileURLToPath(new URL('../../runtime/hosts/', import.meta.url));

/**
 * Makes programs plain JavaScript, as docs/bundling.md says: `entry.ts` is `entry.js` in `folder`, beside the library. Their threads and processes
 * start in half the time there.
 */
export async function bundle(entryPoints: readonly string[], folder: string): Promise<void> {
  await build({
    // Names stay as they are: programs print some.
    entryPoints: [LIBRARY, ...entryPoints], entryNames: '[name]', outdir: folder,
    bundle: true, splitting: true, minifyWhitespace: true, minifySyntax: true, format: 'esm', platform: 'node', target: 'node20',
  });
  cpSync(BOOT_FILES, folder, { recursive: true, filter: (path) => !path.endsWith('.ts') });
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
}

/** Runs what {@link bundle} has made. Each of its threads and processes would load what lets others read TypeScript, too. */
export function runBundled(args: readonly string[], limitMs: number): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  return promisify(execFile)(process.execPath, args, { cwd: ROOT, timeout: limitMs, env });
}
