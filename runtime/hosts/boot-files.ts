import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * Plain JavaScript beside this module, in the sources, in the build and beside a bundle: what a new host runs first.
 *
 * @throws {Error} It isn't there; this is a bundle of CommonJS.
 */
export function bootFile(name: 'boot.mjs' | 'leash.mjs'): URL {
  // In a bundle of CommonJS `import.meta` is empty.
  if (!URL.canParse(import.meta.url)) throw new Error('a bundle must be an ES module: --format=esm');
  const url = new URL(name, import.meta.url);
  if (existsSync(url)) return url;
  const cure = 'in a bundle, copy boot.mjs and leash.mjs there from node_modules/troupe/dist/runtime/hosts';
  throw new Error(`${fileURLToPath(url)} is missing; ${cure}`);
}

/** Whether this program's modules are loaded through tsx. */
export function usesTsx(): boolean {
  return process.execArgv.some((arg) => /[\\/]tsx[\\/]|^tsx$|=tsx$/.test(arg)) || /\btsx\b/.test(process.env['NODE_OPTIONS'] ?? '');
}

/** Options with a value of their own that say what to load: boot.mjs decides that. */
const LOADING = /^(?:-r|--require|--import|--loader|--experimental-loader|-C|--conditions|-e|--eval|-p|--print|--input-type)$/;
const LOADING_WITH_VALUE = /^(?:--require|--import|--loader|--experimental-loader|--conditions|--eval|--print|--input-type)=/;
/** Options for the whole process that a thread takes from it, or that belong to the main program. */
const NOT_FOR_HOSTS = /^--(?:inspect|test|watch|stack-size|max-|expose-gc|title|v8-|trace-|abort-on|heap)/;

/** The main program's Node options, less those that load something or can't be given twice. */
export function hostExecArgv(): string[] {
  const kept: string[] = [];
  for (let i = 0; i < process.execArgv.length; i++) {
    const arg = process.execArgv[i] as string;
    if (LOADING.test(arg)) i++;
    else if (!LOADING_WITH_VALUE.test(arg) && !NOT_FOR_HOSTS.test(arg)) kept.push(arg);
  }
  return kept;
}
