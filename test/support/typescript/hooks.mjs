// How modules are found and loaded in tests, and in their programs and hosts, where Node reads no TypeScript.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { threadId } from 'node:worker_threads';

/** What has been compiled once, by its name and text. */
const CACHE = new URL('../../../node_modules/.cache/troupe/', import.meta.url);

/** What the library's modules are, by their URLs; all others are compiled. */
let library = {};

export function initialize(libraryFile) {
  library = JSON.parse(readFileSync(libraryFile, 'utf8'));
}

export async function resolve(specifier, context, next) {
  if (specifier in library) return { url: specifier, format: 'module', shortCircuit: true };
  if (!/^\.\.?\/.*\.ts$/.test(specifier)) return next(specifier, context);
  return { url: new URL(specifier, context.parentURL).href, format: 'module', shortCircuit: true };
}

export async function load(url, context, next) {
  if (!/^file:.*\.ts$/.test(url)) return next(url, context);
  return { format: 'module', source: library[url] ?? await compiled(new URL(url)), shortCircuit: true };
}

async function compiled(url) {
  const name = url.pathname.split('/').at(-1);
  const text = read(url);
  const file = new URL(`${createHash('sha1').update(name).update(text).digest('hex')}.js`, CACHE);
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const { transformSync } = await import('esbuild');
    const { code } = transformSync(text, { loader: 'ts', format: 'esm', target: 'node20', sourcemap: 'inline', sourcesContent: false, sourcefile: name });
    mkdirSync(CACHE, { recursive: true });
    // In one step: others read it meanwhile.
    const draft = new URL(`${file.href}.${process.pid}-${threadId}`);
    writeFileSync(draft, code);
    renameSync(draft, file);
    return code;
  }
}

/** @throws {Error} With the code that Node's own loader has for a file that isn't there. */
function read(url) {
  try {
    return readFileSync(url, 'utf8');
  } catch (cause) {
    throw Object.assign(new Error(`Cannot find module '${url.pathname}'`, { cause }), { code: 'ERR_MODULE_NOT_FOUND' });
  }
}
