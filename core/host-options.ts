import type { ActorRef } from './actor-ref.ts';
import type { ByteSize } from './byte-size.ts';
import { checkObject } from './options.ts';
import { invalidOption } from './errors.ts';
import { isMovable } from './sendable.ts';
import { toBytes } from './byte-size.ts';

/** Who is told what a host prints. */
export interface OutputApi {
  /** A piece of text, in order within its stream; `undefined` once, for both streams, when the host is gone. */
  output(stream: 'stdout' | 'stderr', text: string | undefined): void;
}

/** What a thread or process is given at its start, and again at each start that follows. */
export interface HostOptions {
  /**
   * Environment variables beside those that every host gets: `PATH`, `HOME`, `USER`, the language, the time zone, folders
   * (`TMPDIR`, `XDG_*`), what Node itself reads, `DEBUG`, `CI`, `LD_LIBRARY_PATH`; docs/semantics.md lists them all. Secrets of
   * the program don't reach its hosts unless they are named here; `undefined` takes a variable away. `'inherit'` gives all
   * that the program has.
   *
   * For threads this is a habit, not a wall: they live in the program's process.
   */
  env?: 'inherit' | Readonly<Record<string, string | undefined>>;
  /** A process's folder, from the program's own. Default: that one. */
  cwd?: string;
  /**
   * Node's own options for a process, behind those that the program was started with. A word that follows an option is taken
   * for its value: behind one that has none, Node takes it for the program, and the host doesn't start.
   */
  execArgv?: readonly string[];
  /**
   * How much its JavaScript heap may hold, at least 32 MB; rounded up to whole MB. Default: V8's own limit. A host that
   * needs more ends with `TROUPE_OUT_OF_MEMORY`. Buffers, ArrayBuffers and what native code takes don't count, and a
   * thread that runs out may abort the whole program: actors with big or unknown needs belong on processes.
   */
  memory?: ByteSize;
  /**
   * An actor that is told what the host prints, in place of the program's own streams. It should be quick: a host doesn't wait for it.
   * The last words of a thread that is killed may be missing. Default: straight to the program's standard output and error.
   */
  output?: ActorRef<OutputApi>;
}

/** {@link HostOptions}, checked: plain data, that travels to where hosts are started. */
export interface HostSettings {
  readonly env: 'inherit' | Readonly<Record<string, string | undefined>>;
  readonly cwd: string | undefined;
  readonly execArgv: readonly string[];
  readonly memoryMb: number | undefined;
  readonly output: ActorRef<OutputApi> | undefined;
}

/** The names of {@link HostOptions}. */
export const HOST_OPTIONS = ['env', 'cwd', 'execArgv', 'memory', 'output'] as const;

/** What a host gets that was given no options. */
export const DEFAULT_SETTINGS: HostSettings = { env: {}, cwd: undefined, execArgv: [], memoryMb: undefined, output: undefined };

const MIN_MEMORY_MB = 32;
/** Options that make Node do something else than run a host, or that `memory` is for. */
const NOT_FOR_HOSTS = /^(?:-e|-p|-pe|-c|-i|-h|-v|-|--|--(?:eval|print|check|interactive|help|version|v8-options|completion-bash|prof-process|run|test|watch|watch-path|input-type))(?:=|$)/;
const FOR_MEMORY = /^--max[-_](?:old[-_]space|heap)[-_]size(?:=|$)/;

/** @throws {TypeError} An option isn't what it should be, or isn't one of a host of this kind. */
export function checkHostOptions(options: HostOptions, kind: 'thread' | 'process'): HostSettings {
  const { env = {}, cwd, execArgv = [], memory, output } = options;
  if (kind === 'thread') refuseOptions(options, ['cwd', 'execArgv'], 'nothing: only a process has one');
  if (cwd !== undefined && (typeof cwd !== 'string' || cwd === '')) throw invalidOption('cwd', cwd, 'the path of a folder');
  return {
    env: checkEnv(env), cwd, execArgv: checkExecArgv(execArgv), memoryMb: memory === undefined ? undefined : toMb(memory),
    output: output === undefined ? undefined : checkOutput(output),
  };
}

/** @throws {TypeError} One of `names` is given. */
export function refuseOptions(options: HostOptions, names: readonly (keyof HostOptions)[], expected: string): void {
  for (const name of names) if (options[name] !== undefined) throw invalidOption(name, options[name], expected);
}

/** @throws {ActorError} `TROUPE_UNKNOWN_HANDLER`: the actor can't be told `output`. */
function checkOutput(output: ActorRef<OutputApi>): ActorRef<OutputApi> {
  if (!isMovable(output) || !('tell' in output)) throw invalidOption('output', output, 'the ref of an actor that has the handler output(stream, text)');
  void output.tell.output;
  return output;
}

function checkEnv(env: unknown): HostSettings['env'] {
  if (env === 'inherit') return env;
  const fields = typeof env === 'string' ? undefined : checkObject(env, 'env');
  if (fields === undefined) throw invalidOption('env', env, '"inherit" or an object');
  for (const [name, value] of Object.entries(fields)) {
    // Node would cut them, or take a part of the name for the value.
    if (!/^[^=\0]+$/.test(name)) throw invalidOption('env', name, 'names that are not empty and have no "=" or NUL');
    if (value === undefined) continue;
    if (typeof value !== 'string') throw invalidOption(`env.${name}`, value, 'a text');
    if (value.includes('\0')) throw invalidOption(`env.${name}`, value, 'a text without NUL');
  }
  // A copy: `process.env` is no plain object.
  return { ...fields } as Record<string, string | undefined>;
}

function checkExecArgv(execArgv: unknown): readonly string[] {
  if (!Array.isArray(execArgv)) throw invalidOption('execArgv', execArgv, 'a list of Node\'s options');
  execArgv.forEach((arg: unknown, i) => {
    const what = `execArgv[${i}]`;
    if (typeof arg !== 'string') throw invalidOption(what, arg, 'one of Node\'s options');
    if (isProgram(arg, execArgv[i - 1])) throw invalidOption(what, arg, 'one of Node\'s options: the host\'s program is given');
    if (FOR_MEMORY.test(arg)) throw invalidOption(what, arg, 'no limit of memory', 'use the option memory instead');
    if (NOT_FOR_HOSTS.test(arg)) throw invalidOption(what, arg, 'an option that still runs the host');
  });
  return [...execArgv as string[]];
}

/** Whether Node takes it for a program: a word that can't be the value of what stands before it. */
function isProgram(arg: string, before: unknown): boolean {
  return !arg.startsWith('-') && (typeof before !== 'string' || !before.startsWith('-') || before.includes('='));
}

function toMb(memory: ByteSize): number {
  const megabytes = Math.ceil(toBytes(memory, 'memory') / 2 ** 20);
  if (megabytes < MIN_MEMORY_MB) {
    const hint = typeof memory === 'number' && memory < 2 ** 20 ? `a number counts bytes, write '${Math.max(memory, MIN_MEMORY_MB)}MB'` : undefined;
    throw invalidOption('memory', memory, `at least ${MIN_MEMORY_MB} MB: a host takes some itself`, hint);
  }
  return megabytes;
}
