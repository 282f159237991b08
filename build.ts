import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `tsx build.ts` makes dist/; `tsx build.ts bench/tsconfig.json bench/dist` what the benchmarks run from.
const ROOT = fileURLToPath(new URL('.', import.meta.url));
const [, , project = 'tsconfig.build.json', outFolder = 'dist'] = process.argv;
/** Plain JavaScript, which the compiler doesn't see: what hosts begin with, and what others are measured with. */
const PLAIN = ['runtime/hosts/boot.mjs', 'runtime/hosts/leash.mjs', ...(project.startsWith('bench') ? ['bench/bare-peer.mjs', 'bench/peers'] : [])];

rmSync(join(ROOT, outFolder), { recursive: true, force: true });
const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
const { status } = spawnSync(tsc, ['-p', project, '--outDir', outFolder], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
for (const file of PLAIN) {
  const target = join(ROOT, outFolder, file);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, file), target, { recursive: true });
}
process.exitCode = status ?? 1;
