import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
// Inside the project, where the library finds its own libraries.
const folder = mkdtempSync(join(ROOT, 'test', 'faults', 'built-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A program of a user that is bundled: it crashes in line 8, and asks in line 20, which are others in the bundle. */
const SOURCE = `import { actor, createSystem, isMain } from 'troupe';

interface Paper { readonly title: string }

export const Clerk = actor(import.meta, {
  init: () => ({}),
  handlers: {
    tear(_ctx, paper: Paper): never { throw new Error(paper.title + ' is torn'); },
  },
});

if (process.argv[2] === 'set') process.setSourceMapsEnabled(true);
if (isMain(import.meta)) {
  const system = createSystem({ askStacks: true });
  system.events.on('crash_report', ({ actor, reason, askerStack }) => {
    console.log(JSON.stringify({ actor, stack: (reason as { error?: Error }).error?.stack, askerStack }));
  });
  for (const host of ['local', 'thread', 'process'] as const) {
    const clerk = await system.spawn(Clerk, { host, name: host });
    await clerk.ask.tear({ title: 'it' }).catch(() => undefined);
  }
  await system.stop();
}
`;

beforeAll(async () => {
  mkdirSync(join(folder, 'out'));
  writeFileSync(join(folder, 'clerk.ts'), SOURCE);
  await build({
    entryPoints: [join(folder, 'clerk.ts')], outfile: join(folder, 'out', 'clerk.mjs'), alias: { troupe: join(ROOT, 'index.ts') },
    bundle: true, format: 'esm', platform: 'node', target: 'node20', packages: 'external', sourcemap: true,
  });
  for (const file of ['boot.mjs', 'leash.mjs']) cpSync(join(ROOT, 'runtime', 'hosts', file), join(folder, 'out', file));
});

interface Told { readonly actor: string; readonly stack: string; readonly askerStack: string }

async function crashesOf(...args: readonly string[]): Promise<Told[]> {
  // Without what the tests give to the programs that they start: it maps sources.
  const env = { ...process.env, NODE_OPTIONS: undefined };
  const { stdout } = await promisify(execFile)(process.execPath, [...args], { cwd: join(folder, 'out'), timeout: 60_000, env });
  return stdout.trim().split('\n').map((line) => JSON.parse(line) as Told);
}

/** The place that a stack begins with, as `file:line`. */
function placeIn(stack: string): string | undefined {
  return /^ {4}at .*?([\w.]+:\d+):\d+\)?$/m.exec(stack)?.[1];
}

describe('the stack in a crash report', () => {
  it('names the source on every host when Node maps sources', async () => {
    const told = await crashesOf('--enable-source-maps', 'clerk.mjs');

    expect(told.map(({ actor, stack, askerStack }) => [actor, placeIn(stack), placeIn(askerStack)]))
      .toEqual(['local', 'thread', 'process'].map((host) => [host, 'clerk.ts:8', 'clerk.ts:20']));
  });

  it('names it in threads and processes as well when the program has switched that on', async () => {
    const told = await crashesOf('clerk.mjs', 'set');

    expect(told.slice(1).map(({ actor, stack }) => [actor, placeIn(stack)])).toEqual([['thread', 'clerk.ts:8'], ['process', 'clerk.ts:8']]);
  });

  it('names what was built when Node maps nothing', async () => {
    const told = await crashesOf('clerk.mjs');

    expect(told.map(({ stack }) => placeIn(stack))).toEqual(['local', 'thread', 'process'].map(() => expect.stringMatching(/^clerk\.mjs:\d+$/) as string));
  });
});
