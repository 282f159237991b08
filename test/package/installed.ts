import { execFile } from 'node:child_process';
import {
  cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync, symlinkSync, writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CONSUMERS = fileURLToPath(new URL('consumers/', import.meta.url));

export interface Output {
  readonly stdout: string;
  readonly stderr: string;
}

/** The packed file, installed in a folder outside of this project, among programs that use it. */
export class Installed {
  readonly #temporary = realpathSync(mkdtempSync(join(tmpdir(), 'troupe-package-')));
  readonly folder = join(this.#temporary, 'installed');
  /** Somewhere without any `node_modules`. */
  readonly elsewhere = join(this.#temporary, 'elsewhere');
  /** The packed file. */
  tarball = '';

  async make(): Promise<void> {
    await this.command('npm', ['pack', '--silent', '--pack-destination', this.#temporary], ROOT);
    this.tarball = join(this.#temporary, readdirSync(this.#temporary).find((name) => name.endsWith('.tgz')) ?? '');
    mkdirSync(this.folder);
    mkdirSync(this.elsewhere);
    // Without a package.json here npm would look for one further up.
    writeFileSync(join(this.folder, 'package.json'), '{ "private": true }\n');
    writeFileSync(join(this.folder, 'package-lock.json'), lockOfDependencies());
    await this.command('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', this.tarball]);
    cpSync(CONSUMERS, this.folder, { recursive: true });
    // What its users install beside it.
    for (const path of ['.bin/esbuild', '@types/node']) {
      const link = join(this.folder, 'node_modules', path);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(realpathSync(join(ROOT, 'node_modules', path)), link);
    }
  }

  node(args: readonly string[], cwd = this.folder, env: NodeJS.ProcessEnv = {}): Promise<Output> {
    return this.command(process.execPath, args, cwd, env);
  }

  tool(path: string, ...args: readonly string[]): Promise<Output> {
    return this.node([join(ROOT, 'node_modules', path), ...args]);
  }

  /** Resolves when it has ended well. It has nothing of what lets programs of tests read TypeScript. */
  command(command: string, args: readonly string[], cwd = this.folder, env: NodeJS.ProcessEnv = {}): Promise<Output> {
    const options = { cwd, encoding: 'utf8', timeout: 60_000, env: { ...process.env, NODE_OPTIONS: undefined, ...env } } as const;
    return promisify(execFile)(command, args, options).catch(({ stdout, stderr }: Output) => {
      throw new Error(`${command} ${args.join(' ')} failed:\n${stdout}${stderr}`);
    });
  }

  remove(): void {
    rmSync(this.#temporary, { recursive: true, force: true });
  }
}

/** What this project's lock file says of run-time dependencies: with it they come from npm's cache, without the network. */
function lockOfDependencies(): string {
  const lock = readFileSync(join(ROOT, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, { dev?: true }> };
  const shipped = Object.entries(packages).filter(([path, { dev }]) => path !== '' && dev === undefined);
  return JSON.stringify({ lockfileVersion: 3, packages: { '': {}, ...Object.fromEntries(shipped) } });
}
