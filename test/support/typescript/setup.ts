import { libraryFile } from './library.ts';

/**
 * Older versions of Node read no TypeScript. Tests, and the programs and hosts that they start, do, for a fraction of what tsx would cost
 * each.
 */
export async function setup(): Promise<void> {
  if ('typescript' in process.features) return;
  const preload = new URL('preload.mjs', import.meta.url);
  preload.searchParams.set('library', await libraryFile());
  process.env['NODE_OPTIONS'] = `${process.env['NODE_OPTIONS'] ?? ''} --import=${preload.href}`.trim();
}
