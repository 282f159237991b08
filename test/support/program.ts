import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { EXACT } from './exact.ts';
import { deadline } from './deadline.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** A process whose parent is gone must be, too, after so long. */
const ORPHAN_LIMIT_MS = 250;

/**
 * A TypeScript program of this project, run as users run theirs: the leader of a process group, as in a terminal. One that
 * isn't killed must have said that its account adds up.
 */
export class Program implements AsyncDisposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'troupe-'));
  /** Where its recorders write. */
  readonly file = join(this.folder, 'events.txt');
  readonly #child;
  #output = '';
  #changed: () => void = () => undefined;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;

  constructor(path: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
    this.#child = spawn(process.execPath, [join(ROOT, path), this.file, ...args], {
      cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, detached: true,
    });
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
        this.#changed();
      });
    }
    this.ended = new Promise((resolve) => {
      this.#child.on('close', (code, signal) => {
        resolve({ code, signal });
        this.#changed();
      });
    });
  }

  get output(): string { return this.#output; }

  get events(): readonly string[] {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8').trimEnd().split('\n') : [];
  }

  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** What a terminal does: tells all processes of the program. */
  signalGroup(name: NodeJS.Signals): void {
    if (this.#child.pid !== undefined && this.#child.exitCode === null) process.kill(-this.#child.pid, name);
  }

  /** Waits until it has printed a text that matches. */
  async printed(pattern: RegExp): Promise<RegExpExecArray> {
    const seen = new Promise<RegExpExecArray>((resolve) => {
      this.#changed = () => {
        const match = pattern.exec(this.#output);
        if (match !== null) resolve(match);
      };
      this.#changed();
    });
    const ended = this.ended.then(({ code }) => {
      throw new Error(`the program ended with ${code} before it printed ${String(pattern)}:\n${this.#output}`);
    });
    ended.catch(() => undefined);
    return deadline(Promise.race([seen, ended]), `the program prints ${String(pattern)}:\n${this.#output}`, 4_000);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill('SIGKILL');
    const { code } = await this.ended;
    rmSync(this.folder, { recursive: true, force: true });
    if (code !== null && !this.#output.includes(EXACT)) throw new Error(`its account does not add up:\n${this.#output}`);
  }
}

/** Whether a process runs; one that is dead but not yet collected doesn't. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !/^\d+ \(.*\) Z/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until a process is gone whose parent is. */
export async function untilDead(pid: number): Promise<void> {
  const since = performance.now();
  while (isAlive(pid)) {
    if (performance.now() - since > ORPHAN_LIMIT_MS) throw new Error(`process ${pid} has outlived its parent`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
