import { realpathSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { isMainThread } from 'node:worker_threads';
import type { ModuleMeta } from '../core/definition.ts';
import { thisHost } from './hosts/this-host.ts';

/**
 * Whether the module of `meta` is the program that was started: true in `node file.ts`, false when the module is
 * imported, and always false in a host, so that one file can hold the actors and the program.
 *
 * @example
 * if (isMain(import.meta)) {
 *   await using counter = await spawn(Counter, { input: { start: 0 }, host: 'thread' });
 * }
 */
export function isMain(meta: ModuleMeta & { readonly main?: unknown }): boolean {
  if (thisHost() !== undefined || !isMainThread) return false;
  if (typeof meta.main === 'boolean') return meta.main;
  const program = process.argv[1];
  if (program === undefined || !meta.url.startsWith('file:')) return false;
  const module = realPath(fileURLToPath(meta.url));
  return [program, ...EXTENSIONS.map((extension) => program + extension)].some((path) => realPath(path) === module);
}

/** `node dist/main` means `dist/main.js`. */
const EXTENSIONS = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts', '/index.js', '/index.ts'];

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}
