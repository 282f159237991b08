import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import {
  SourceFile, actorsUseThePublicApi, coreStandsAlone, dependenciesAreTheLibraries, filesAreNamed, hostsAndWiresArePorts,
  importsPointOneWay, noDeadFiles, noImportCycles, noMachinePaths, noStateAtModuleLevel, noTopLevelAwait, noUsing,
  oneLibraryOneFile, onlyRunImportsRuntime, timeAndChanceArePorts, type Rule,
} from './support/architecture.ts';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
// What other tests write comes and goes.
const ELSEWHERE = /^(?:\.git|node_modules|dist|coverage)(?:\/|$)|\/(?:node_modules|dist|(?:run|built|dist)-\w+)\/|\.(?:png|ico|tgz|lcov)$/;

function readProject(): SourceFile[] {
  return filesIn('').map((path) => new SourceFile(path, readFileSync(join(ROOT, path), 'utf8')));
}

/** By their paths from the root of the project. */
function filesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = `${folder}${entry.name}`;
    if (entry.isDirectory()) return ELSEWHERE.test(`${path}/`) ? [] : filesIn(`${path}/`);
    return ELSEWHERE.test(path) ? [] : [path];
  });
}

/** Files made up for a rule: their texts by their paths. */
type Planted = Readonly<Record<string, string>>;

const project = readProject();

/** One rule: that the project keeps it, that it fails on each of `broken`, and that it takes `fine`. */
function rule(title: string, check: Rule, examples: { broken: Planted[]; fine?: Planted }): void {
  describe(title, () => {
    it('holds', () => {
      expect(check(project)).toEqual([]);
    });

    it.each(examples.broken)('fails on %o', (planted) => {
      expect(check(plant(planted))).not.toEqual([]);
    });

    it.runIf(examples.fine)('takes what is meant', () => {
      expect(check(plant(examples.fine ?? {}))).toEqual([]);
    });
  });
}

function plant(planted: Planted): SourceFile[] {
  return Object.entries(planted).map(([path, text]) => new SourceFile(path, text));
}

it('reads every import line', () => {
  const sources = project.filter(({ folder }) => ['core', 'runtime', 'supervisors', 'actors', 'index.ts'].includes(folder));
  const lines = sources.flatMap(({ text }) => text.match(/^(?!\s*(?:\*|\/\/)).*\bfrom '[^']+';/gm) ?? []);
  const imports = sources.flatMap((file) => file.imports).filter(({ isDynamic }) => !isDynamic);

  expect(lines.length).toBeGreaterThan(100);
  expect(imports).toHaveLength(lines.length);
});

describe('a source', () => {
  const text = [
    'import { a, type B as C } from \'./a.ts\'; // import \'./comment.ts\'',
    'import type { D } from "./d.ts";',
    'export * from \'node:fs\';',
    'const text = `import \'./template.ts\' ${import(\'./dynamic.ts\')}`;',
    'const pattern = /[\'/]\'"/; /* \' */ const half = 1 / 2;',
    'import \'./side-effect.ts\';',
  ].join('\n');
  const file = new SourceFile('core/planted.ts', text);

  it('is read for its imports, not for its comments, strings and patterns', () => {
    expect(file.imports).toEqual([
      { specifier: './a.ts', target: 'core/a.ts', isType: false, isDynamic: false, names: ['a', 'B'] },
      { specifier: './d.ts', target: 'core/d.ts', isType: true, isDynamic: false, names: ['D'] },
      { specifier: 'node:fs', target: undefined, isType: false, isDynamic: false, names: ['*'] },
      { specifier: './side-effect.ts', target: 'core/side-effect.ts', isType: false, isDynamic: false, names: [] },
      { specifier: './dynamic.ts', target: 'core/dynamic.ts', isType: false, isDynamic: true, names: ['*'] },
    ]);
  });
});

rule('imports point one way', importsPointOneWay, {
  broken: [
    { 'core/a.ts': 'import type { Kernel } from \'../runtime/kernel.ts\';' },
    { 'runtime/hosts/a.ts': 'import { run } from \'../../supervisors/run.ts\';' },
    { 'index.ts': 'export { ManualClock } from \'./testing/index.ts\';' },
    { 'testing/index.ts': 'import { actor } from \'../index.ts\';' },
    { 'index.ts': 'export { main } from \'./examples/search/main.ts\';' },
    { 'core/a.ts': 'const later = () => import(\'../runtime/kernel.ts\');' },
    { 'examples/search/main.ts': 'import { values } from \'../../test/support/values.ts\';' },
  ],
  fine: {
    'runtime/a.ts': 'import { actor } from \'../core/actor.ts\';\nimport { b } from \'./wire/b.ts\';',
    'examples/search/main.ts': 'import { spawn } from \'../../index.ts\';',
    'test/a.test.ts': 'import { testKit } from \'../testing/index.ts\';',
  },
});

rule('of supervisors only run.ts imports runtime', onlyRunImportsRuntime, {
  broken: [{ 'supervisors/strategy.ts': 'import type { Kernel } from \'../runtime/kernel.ts\';' }],
  fine: { 'supervisors/run.ts': 'import { spawn } from \'../runtime/actor-system.ts\';' },
});

rule('ready-made actors use the public API', actorsUseThePublicApi, {
  broken: [
    { 'index.ts': 'export { actor } from \'./core/actor.ts\';', 'actors/a.ts': 'import { Kernel } from \'../runtime/kernel.ts\';' },
    { 'index.ts': 'export type { Spawn } from \'./core/actor.ts\';', 'actors/a.ts': 'import { actor } from \'../core/actor.ts\';' },
  ],
  fine: {
    'index.ts': 'export { actor } from \'./core/actor.ts\';',
    'actors/a.ts': 'import { actor } from \'../core/actor.ts\';\nimport { toMs } from \'../core/duration.ts\';\nimport { b } from \'./b.ts\';',
  },
});

rule('core stands alone', coreStandsAlone, {
  broken: [
    { 'core/a.ts': 'import { readFileSync } from \'node:fs\';' },
    { 'core/a.ts': 'import fs from \'fs\';' },
    { 'core/a.ts': 'import type { AnyActorLogic } from \'xstate\';' },
  ],
  fine: { 'core/a.ts': 'import { b } from \'./b.ts\';' },
});

rule('one library, one file', oneLibraryOneFile, {
  broken: [
    { 'runtime/kernel.ts': 'import { EventEmitter } from \'eventemitter3\';' },
    { 'runtime/wire/link.ts': 'import { Packr } from \'msgpackr/pack\';' },
    { 'supervisors/supervisor.ts': 'import { setup } from \'xstate\';' },
    { 'testing/index.ts': 'import { expect } from \'vitest\';' },
    { 'index.ts': 'export type { AnyActorLogic } from \'xstate\';' },
    { 'actors/machine/machine-run.ts': 'import { createActor } from \'xstate\';' },
    { 'actors/pool.ts': 'import type { AnyActorLogic } from \'xstate\';' },
  ],
  fine: {
    'runtime/events.ts': 'import { EventEmitter } from \'eventemitter3\';',
    'runtime/wire/codec.ts': 'import { Packr } from \'msgpackr/pack\';',
    'runtime/hosts/host-machine.ts': 'import { setup } from \'xstate\';',
    'actors/machine/xstate.ts': 'import { createActor } from \'xstate\';',
    'actors/machine/machine-run.ts': 'import type { AnyActorLogic } from \'xstate\';',
    'bench/ours.ts': 'import { Bench } from \'tinybench\';',
  },
});

rule('the package depends on these libraries alone', dependenciesAreTheLibraries, {
  broken: [
    { 'package.json': '{ "dependencies": { "eventemitter3": "5", "msgpackr": "2", "pino": "9", "xstate": "5" } }' },
    { 'package.json': '{ "dependencies": { "eventemitter3": "5", "msgpackr": "2" } }' },
    {
      'package.json': '{ "dependencies": { "eventemitter3": "5", "msgpackr": "2", "xstate": "5" },'
        + ' "peerDependencies": {} }',
    },
  ],
  fine: { 'package.json': '{ "dependencies": { "xstate": "5", "eventemitter3": "5", "msgpackr": "2" } }' },
});

rule('time and chance are ports', timeAndChanceArePorts, {
  broken: [
    'setTimeout(run, 5);', 'const wait = setInterval;', 'globalThis.setTimeout(run, 5);', 'setImmediate(() => run());',
    'queueMicrotask(run);', 'process.nextTick(run);', 'const now = Date.now();', 'f(Date.now);', 'new Date();', 'new Date;',
    'performance.now();', 'Math.random();', 'randomUUID();', 'crypto.randomUUID();', 'crypto.getRandomValues(bytes);',
    'AbortSignal.timeout(5);', 'import { setTimeout as sleep } from \'node:timers/promises\';',
    'const text = `${Date.now()}`;',
  ].map((text) => ({ 'runtime/a.ts': text })),
  fine: {
    'runtime/a.ts': [
      '// setTimeout(run, 5) and Math.random()',
      'const text = \'Date.now()\';',
      'const other = `setTimeout( ${text}`;',
      'const clock = { setTimeout: (run: () => void) => port.after(run) };',
      'clock.setTimeout(run);',
      'new Date(0);',
      'new Date(clock.wallNow()).toISOString();',
      'clearTimeout(timer);',
    ].join('\n'),
    'runtime/node-ports.ts': 'setTimeout(run, 5); Math.random();',
    'examples/a.ts': 'await new Promise((done) => setTimeout(done, 5));',
  },
});

rule('hosts and wires are ports', hostsAndWiresArePorts, {
  broken: [
    { 'runtime/kernel.ts': 'import { Worker } from \'node:worker_threads\';' },
    { 'runtime/is-main.ts': 'import { isMainThread, parentPort } from \'node:worker_threads\';' },
    { 'runtime/hosts/thread-host.ts': 'import { spawn } from \'node:child_process\';' },
    { 'runtime/wire/socket.ts': 'import type { Socket } from \'net\';' },
    { 'actors/pool.ts': 'import type { Socket } from \'node:net\';' },
    { 'runtime/kernel.ts': 'import { AsyncLocalStorage } from \'node:async_hooks\';' },
    { 'runtime/kernel.ts': 'const { Socket } = await import(\'node:net\');' },
    { 'supervisors/pool.ts': 'import cluster from \'node:cluster\';' },
  ],
  fine: {
    'runtime/hosts/thread-host.ts': 'import { Worker } from \'node:worker_threads\';',
    'runtime/hosts/process-host.ts': 'import { spawn } from \'node:child_process\';\nimport { Socket } from \'node:net\';',
    'actors/listen/address.ts': 'import { createServer } from \'node:net\';',
    'runtime/is-main.ts': 'import { isMainThread } from \'node:worker_threads\';',
    'runtime/node-ports.ts': 'import { AsyncLocalStorage } from \'node:async_hooks\';',
  },
});

rule('no state at module level', noStateAtModuleLevel, {
  broken: [
    'let count = 0;', 'export let count = 0;', 'var count;', 'const refs = new Map<string, Ref>();',
    'const refs: Map<string, Ref> = new Map();', 'const seen = new WeakSet();',
    'const cache: WeakMap<object, string> = new WeakMap();',
    'const list: string[] = [];', 'const table: Record<string, Ref> = {};', 'export const all = [];',
    'class Ids {\n  static last = 0;\n}', 'class Ids {\n  static readonly taken = new Set<string>();\n}',
    'if (isDebug) {\n  f();\n}\nlet count = 0;',
  ].map((text) => ({ 'runtime/a.ts': text })),
  fine: {
    'runtime/a.ts': [
      'const NAMES: ReadonlySet<string> = new Set([\'a\']);',
      'export const TITLES: ReadonlyMap<string, string> = new Map<string, string>([]);',
      'const NOTHING: readonly string[] = [];',
      'const NO_BYTES = new Uint8Array(0);',
      'function f() {\n  let count = 0;\n  const seen = new Set();\n  return [count, seen];\n}',
      'class Ids {\n  static of(value: unknown): Ids {\n    let last = 0;\n  }\n  readonly #taken = new Set();\n}',
    ].join('\n'),
    'test/a.test.ts': 'let count = 0;',
  },
});

rule('files are named after what is in them', filesAreNamed, {
  broken: [
    { 'core/types.ts': '' }, { 'runtime/wire/utils.ts': '' }, { 'test/support/helpers.ts': '' }, { 'core/common.ts': '' },
    { 'core/actorRef.ts': '' }, { 'core/Actor.ts': '' }, { 'core/actor_ref.ts': '' },
    { 'core/a.ts': 'import { b } from \'./b\';' }, { 'core/a.ts': 'import { b } from \'./b.js\';' },
    { 'test/a.test.ts': 'import { spawn } from \'..\';' },
  ],
  fine: {
    'core/actor-ref.ts': 'import { b } from \'./b.ts\';', 'test/types/inference.test-d.ts': '', 'vitest.config.ts': '',
    'runtime/hosts/boot.mjs': 'import \'node:fs\';',
  },
});

rule('modules don\'t wait for each other', noImportCycles, {
  broken: [
    { 'core/a.ts': 'import { b } from \'./b.ts\';', 'core/b.ts': 'export { a } from \'./a.ts\';' },
    {
      'runtime/a.ts': 'import { b } from \'./wire/b.ts\';',
      'runtime/wire/b.ts': 'import { c, type D } from \'../c.ts\';',
      'runtime/c.ts': 'import \'./a.ts\';',
    },
    { 'core/a.ts': 'import { a } from \'./a.ts\';' },
  ],
  fine: { 'core/a.ts': 'import type { B } from \'./b.ts\';', 'core/b.ts': 'import { a } from \'./a.ts\';' },
});

rule('every file is loaded by somebody', noDeadFiles, {
  broken: [
    { 'index.ts': 'export { a } from \'./core/a.ts\';', 'core/a.ts': '', 'core/left-over.ts': '' },
    { 'runtime/hosts/boot.mjs': '', 'runtime/hosts/old.mjs': '' },
  ],
  fine: {
    'index.ts': 'export { a } from \'./core/a.ts\';',
    'core/a.ts': 'import type { B } from \'./b.ts\';',
    'core/b.ts': '',
    'runtime/hosts/boot.mjs': 'new Worker(new URL(\'leash.mjs\', import.meta.url));',
    'runtime/hosts/leash.mjs': '',
    'test/a.test.ts': '',
  },
});

rule('nothing is disposed of by `using`', noUsing, {
  broken: ['using a = open();', 'async function f() {\n  await using b = await open();\n}'].map((text) => ({ 'actors/a.ts': text })),
  fine: { 'actors/a.ts': '// using a = b\nconst text = \'using a = b\';', 'examples/a.ts': 'using a = open();' },
});

rule('nothing waits at the top level', noTopLevelAwait, {
  broken: [
    'await ready;', 'export const a = await load();', 'for await (const a of all) f(a);', 'if (isDebug) {\n  await f();\n}',
    'async function f() {\n  await g();\n}\nawait f();',
  ].map((text) => ({ 'core/a.ts': text })),
  fine: {
    'core/a.ts': [
      'const f = async () => await g();',
      'export async function h() {\n  for await (const a of all) await a;\n}',
      'class A {\n  async b() { await c; }\n}',
      '// await this',
      'const text = \'await that\';',
    ].join('\n'),
    'runtime/hosts/boot.mjs': 'await load();',
    'examples/a.ts': 'await main();',
  },
});

rule('no file speaks of a machine', noMachinePaths, {
  broken: ['work/main', 'root/.npmrc', 'home/ada/troupe', 'tmp/bash_jobs'].map((path) => ({ 'docs/a.md': `See /${path}.` })),
  fine: { 'docs/a.md': 'https://example.org/work/about, ./work/a.ts, /tmp/socket' },
});
