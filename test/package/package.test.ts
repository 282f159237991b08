import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Installed, ROOT } from './installed.ts';

const TSC = 'typescript/bin/tsc';
const { exports, dependencies, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, { types: string; default: string } | string>;
  dependencies: Record<string, string>;
  engines: { node: string };
};

const installed = new Installed();
beforeAll(() => installed.make(), 120_000);
afterAll(() => installed.remove());

const HOSTS = ['local', 'thread', 'process'];
/** What a program prints that greets on every host. */
const greetings = (whom: string, end = ''): string => HOSTS.map((host) => `hello ${whom} from ${host}${end}\n`).join('');

describe.concurrent('the package', { timeout: 60_000 }, () => {
  it('needs three libraries at run time, and Node 20.19', () => {
    expect(Object.keys(dependencies).toSorted()).toEqual(['eventemitter3', 'msgpackr', 'xstate']);
    expect(engines.node).toBe('>=20.19');
  });

  it('has a lock file that names no registry', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });

  it('brings every file that it exports, with declarations and source maps', () => {
    const folder = join(installed.folder, 'node_modules', 'troupe');
    const files = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [entry] : [entry.types, entry.default]));

    for (const file of files) expect(existsSync(join(folder, file)), file).toBe(true);
    const built = readdirSync(join(folder, 'dist'), { recursive: true, encoding: 'utf8' });
    const scripts = built.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(50);
    for (const script of scripts) {
      expect(built).toContain(`${script}.map`);
      expect(built).toContain(script.replace(/\.js$/, '.d.ts'));
    }
  });

  it('has nothing that publint finds', async () => {
    const { stdout } = await installed.tool('publint/src/cli.js', 'run', '--strict', installed.tarball);

    expect(stdout).toContain('All good!');
  });

  it('has types where imports and require() resolve, says are-the-types-wrong', async () => {
    // Every Node that we support can require() a module: the rule that is left out is from before.
    const options = ['--profile', 'node16', '--ignore-rules', 'cjs-resolves-to-esm'];
    await installed.tool('@arethetypeswrong/cli/dist/index.js', installed.tarball, ...options);
  });
});

describe.concurrent('plain JavaScript', { timeout: 60_000 }, () => {
  it('imports it, and runs actors on every host', async () => {
    expect((await installed.node(['program.js'])).stdout).toBe(`${greetings('module')}0\n`);
  });

  it('keeps the library\'s own handles on hosts that have loaded nothing else of it', async () => {
    const keepers = ['value', 'dict', 'list', 'namespace', 'queue'];
    const lines = (kind: string, endOf: (count: number) => string): string[] => keepers.map((each, i) => `${kind} ${each} put sent ${i + 1} ${endOf(i + 1)}\n`);

    const { stdout } = await installed.node(['keeping.js']);

    expect(stdout).toBe([...lines('thread', String), ...lines('process', () => '')].join(''));
  });

  it('requires it, and runs actors of CommonJS modules on every host', async () => {
    expect((await installed.node(['program.cjs'])).stdout).toBe(`${greetings('CommonJS')}0 true\n`);
  });
});

describe.concurrent('TypeScript', { timeout: 60_000 }, () => {
  it('compiles against its types as Node resolves them, with every declaration checked, and runs', async () => {
    await installed.tool(TSC, '-p', '.');

    expect((await installed.node(['built/program.mjs'])).stdout).toBe(`${greetings('TypeScript', ' 2')}0\n`);
    expect((await installed.node(['built/program.cjs'])).stdout).toBe(`${greetings('CommonJS in TypeScript')}0\n`);
  });

  it('compiles against its types as bundlers resolve them', async () => {
    await installed.tool(TSC, '-p', 'tsconfig.bundler.json');
  });

  it.runIf('typescript' in process.features && process.features.typescript === 'strip')('runs as it is where Node strips types', async () => {
    expect((await installed.node(['stripped.mts'])).stdout).toBe(greetings('TypeScript'));
  });
});

describe.concurrent('a bundle', { timeout: 60_000 }, () => {
  const page = readFileSync(join(ROOT, 'docs', 'bundling.md'), 'utf8');
  const [bundle = '', copy = '', start = ''] = /```sh\n(.*?)```/s.exec(page)?.[1]?.trim().split('\n') ?? [];
  /** The same without npx, which takes longer than the bundler. */
  const again = bundle.replace('npx ', 'node_modules/.bin/');
  const GREETINGS = greetings('bundle', ' !A');
  const sh = (line: string): Promise<unknown> => installed.command('sh', ['-c', line]);
  /** What the program says of starts on a thread or process. */
  const failures = (stdout: string): string[] => stdout.split('\n').filter((line) => /^(?:thread|process) TROUPE_/.test(line));
  /** Takes what the page makes to where nothing else is. */
  function takeAway(without: readonly string[] = []): string {
    const folder = mkdtempSync(join(installed.elsewhere, 'out-'));
    const filter = (source: string): boolean => !without.includes(basename(source));
    cpSync(join(installed.folder, 'out'), folder, { recursive: true, filter });
    return folder;
  }

  beforeAll(async () => {
    await sh(bundle);
    await sh(copy);
  }, 60_000);

  it('is started by the third of three lines', () => {
    expect(start).toBe('node out/app.mjs');
  });

  it('runs on every host in a folder of its own, without node_modules', async () => {
    const { stdout } = await installed.node(['app.mjs'], takeAway());

    expect(stdout).toBe(GREETINGS);
  });

  it.each([
    ['boot.mjs', ['thread', 'process']],
    ['leash.mjs', ['process']],
  ])('says what to do where %s is missing', async (name, hosts) => {
    const folder = takeAway([name]);

    const { stdout } = await installed.node(['app.mjs'], folder);

    const text = `its host ended: Error: ${join(folder, name)} is missing; `
      + 'in a bundle, copy boot.mjs and leash.mjs there from node_modules/troupe/dist/runtime/hosts';
    expect(failures(stdout)).toEqual(hosts.map((host) => `${host} TROUPE_START_FAILED Cannot start "${host}": ${text}`));
  });

  it('that throws in a host fails starts there by that error', async () => {
    const { stdout } = await installed.node(['app.mjs'], takeAway(), { HOST_FAULT: 'throws' });

    expect(failures(stdout)).toEqual(HOSTS.slice(1).map((host) => (
      `${host} TROUPE_START_FAILED Cannot start "${host}": its module can't be loaded: no configuration`
    )));
  });

  it('that starts actors in a host is refused, as any module is', async () => {
    const { stdout } = await installed.node(['app.mjs'], takeAway(), { HOST_FAULT: 'spawns' });

    const text = /TROUPE_START_FAILED .* this module is being loaded by a host; guard the program with if \(isMain/;
    expect(failures(stdout)).toEqual([expect.stringMatching(text), expect.stringMatching(text)]);
  });

  it('of CommonJS says that it can start no hosts', async () => {
    await sh('node_modules/.bin/esbuild program.cjs --bundle --platform=node --outfile=commonjs/program.cjs');

    const text = 'its host ended: Error: a bundle must be an ES module: --format=esm';
    await expect(installed.node(['commonjs/program.cjs'])).rejects.toThrow(text);
  });

  it('may be minified and split into chunks, and load modules late then', async () => {
    const split = again.replace('app.ts', 'app.ts lazy.ts').replace('--outfile=out/app.mjs', '--outdir=split');
    await sh(`${split} --out-extension:.js=.mjs --minify --splitting`);
    await sh(copy.replace('out/', 'split/'));

    expect((await installed.node(['split/app.mjs'])).stdout).toBe(GREETINGS);
    expect((await installed.node(['split/lazy.mjs'])).stdout).toBe('LATE\n');
  });

  it('with the library outside needs no files beside it', async () => {
    await sh(`${again.replace('out/app.mjs', 'external/app.mjs')} --packages=external`);

    expect((await installed.node(['external/app.mjs'])).stdout).toBe(GREETINGS);
  });
});
