import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

// `tsx build.ts` makes dist/; `tsx build.ts bench/tsconfig.json dist/bench` what the benchmarks run from.
const ROOT = fileURLToPath(new URL('.', import.meta.url));
const [, , project = 'tsconfig.build.json', outFolder = 'dist'] = process.argv;
/** Plain JavaScript that hosts begin with; the compiler doesn't see it. */
const PLAIN_FILES = [
  'runtime/hosts/boot.mjs', 'runtime/hosts/leash.mjs', ...(project.startsWith('bench') ? ['bench/bare-peer.mjs'] : []),
];

rmSync(join(ROOT, outFolder), { recursive: true, force: true });
const tsc = join(ROOT, 'node_modules', '.bin', 'tsc');
const { status } = spawnSync(tsc, ['-p', project, '--outDir', outFolder], { cwd: ROOT, stdio: 'inherit', shell: process.platform === 'win32' });
for (const file of PLAIN_FILES) {
  const target = join(ROOT, outFolder, file);
  mkdirSync(dirname(target), { recursive: true });
  cpSync(join(ROOT, file), target);
}
process.exitCode = status ?? 1;
