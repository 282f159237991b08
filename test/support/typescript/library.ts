import type { Plugin } from 'esbuild';
import { build } from 'esbuild';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { runLibrary } from './run-library.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const RUN_LIBRARY = fileURLToPath(new URL('run-library.ts', import.meta.url));
const FOLDERS = ['core', 'runtime', 'supervisors', 'actors', 'testing'];

/** Where the one script seems to be: frames in it are the library's. No source map leads further, as Node reads all of it for each stack. */
const WHOLE = pathToFileURL(join(ROOT, 'runtime', 'whole-library.ts')).href;

/**
 * Makes one script of the library, unless that was done since it was changed: its hundred files would be most of what a program or host of a
 * test costs. They keep their URLs, and re-export their names from there.
 *
 * @returns The path of a file that has the texts of all these modules, by their URLs.
 */
export async function libraryFile(): Promise<string> {
  const files = ['index.ts', ...FOLDERS.flatMap(sourcesIn)];
  const hash = createHash('sha1').update(ROOT).update(process.version);
  for (const file of [fileURLToPath(import.meta.url), RUN_LIBRARY, ...files.map((each) => join(ROOT, each))]) hash.update(file).update(readFileSync(file));
  const cache = join(ROOT, 'node_modules', '.cache', 'troupe');
  const path = join(cache, hash.digest('hex'));
  if (existsSync(`${path}.json`)) return `${path}.json`;

  const names = await namesOf(files);
  const partOf = (file: string, i: number): [string, string] => (
    [urlOf(file), `import library from '${WHOLE}';\nexport const { ${names.get(file)?.join(', ')} } = library.m${i};\n`]
  );
  const text = await wholeOf(files);
  mkdirSync(cache, { recursive: true });
  write(`${path}.cjs`, text);
  write(`${path}.v8`, runLibrary(WHOLE, text).makeCache());
  write(`${path}.json`, JSON.stringify({ [WHOLE]: wholeFrom(path), ...Object.fromEntries(files.map(partOf)) }));
  return `${path}.json`;
}

/** In one step: others read it meanwhile. */
function write(path: string, content: string | Buffer): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, content);
  renameSync(draft, path);
}

/** The module that runs the script. */
function wholeFrom(path: string): string {
  return `
    import { readFileSync } from 'node:fs';
    import { runLibrary } from '${pathToFileURL(RUN_LIBRARY).href}';
    export default runLibrary('${WHOLE}', readFileSync('${path}.cjs', 'utf8'), readFileSync('${path}.v8')).library;
  `;
}

/** All that the files export, by their numbers. */
async function wholeOf(files: readonly string[]): Promise<string> {
  const contents = files.map((file, i) => `export * as m${i} from './${file}';`).join('\n');
  const { outputFiles } = await build({
    ...FORMAT, format: 'cjs', stdin: { contents, resolveDir: ROOT }, bundle: true, keepNames: true, define: { 'import.meta': 'thisModule' },
    plugins: [OWN_META],
  });
  // Names are for what there is once it is loaded: to name each function that is made later would be a sixth of all work.
  return `(function (module, require) { ${outputFiles.map(({ text }) => text).join('')}__name = (target) => target;\n})`;
}

const FORMAT = { absWorkingDir: ROOT, format: 'esm', platform: 'node', target: 'node20', write: false } as const;

/** Each file has an `import.meta` of its own, as if it were loaded by itself. */
const OWN_META: Plugin = {
  name: 'own-meta',
  setup(plugin) {
    plugin.onLoad({ filter: /\.ts$/ }, ({ path }) => {
      return { contents: `const thisModule = { url: '${pathToFileURL(path).href}' }; ${readFileSync(path, 'utf8')}`, loader: 'ts' };
    });
  },
};

function sourcesIn(folder: string): string[] {
  const files = readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith('.ts')).map((file) => join(folder, file));
}

/** What each file exports. */
async function namesOf(files: readonly string[]): Promise<ReadonlyMap<string | undefined, readonly string[]>> {
  const { metafile } = await build({ ...FORMAT, entryPoints: [...files], outdir: ROOT, metafile: true });
  return new Map(Object.values(metafile.outputs).map(({ entryPoint, exports }) => [entryPoint, exports]));
}

function urlOf(file: string): string {
  return pathToFileURL(join(ROOT, file)).href;
}
