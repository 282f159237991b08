import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../', import.meta.url));
// Inside the project, where the run-time dependencies are found.
const folder = mkdtempSync(join(ROOT, 'test', 'dist-'));
const { exports, dependencies, engines } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  exports: Record<string, { types: string; default: string } | string>;
  dependencies: Record<string, string>;
  engines: { node: string };
};

const USER_PROGRAM = `
import { actor, isMain, spawn } from './index.js';
import { ManualClock } from './testing/index.js';
export const Echo = actor(import.meta, { init: () => null, handlers: { echo: (ctx, text) => text + ' from ' + ctx.name } });
if (isMain(import.meta)) {
  for (const host of ['local', 'thread', 'process']) {
    const echo = await spawn(Echo, { host, name: host });
    console.log(await echo.ask.echo('hello'));
  }
  console.log(typeof ManualClock);
}
`;

describe('the package', () => {
  beforeAll(() => {
    const build = [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), join(ROOT, 'build.ts'), 'tsconfig.build.json', relative(ROOT, folder)];
    execFileSync(process.execPath, build, { cwd: ROOT });
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('builds every file that it exports, with declarations and source maps', () => {
    const files = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? [] : [entry.types, entry.default]));

    for (const file of files) expect(existsSync(join(folder, file.replace('./dist/', ''))), file).toBe(true);
    const built = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const scripts = built.filter((file) => file.endsWith('.js'));
    expect(scripts.length).toBeGreaterThan(50);
    for (const script of scripts) {
      expect(built).toContain(`${script}.map`);
      expect(built).toContain(script.replace(/\.js$/, '.d.ts'));
    }
  });

  it('runs built, on every host, as plain JavaScript without any loader', () => {
    const program = join(folder, 'program.js');
    writeFileSync(program, USER_PROGRAM);

    const output = execFileSync(process.execPath, [program], { cwd: folder, encoding: 'utf8', timeout: 30_000 });

    expect(output).toBe('hello from local\nhello from thread\nhello from process\nfunction\n');
  });

  it('needs three libraries at run time, and Node 20.19', () => {
    expect(Object.keys(dependencies).toSorted()).toEqual(['eventemitter3', 'msgpackr', 'xstate']);
    expect(engines.node).toBe('>=20.19');
  });

  it('has a lock file that names no registry', () => {
    expect(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
  });
});
