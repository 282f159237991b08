import { fileURLToPath } from 'node:url';
import { FixedClusterPool, FixedThreadPool } from 'poolifier';
import { Piscina } from 'piscina';
import { Tinypool } from 'tinypool';
import workerpool from 'workerpool';

const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const SIZE = 2;

/** The pools of npm, each as `{ name, run, end }`: `run(n)` squares a number in one of two workers. */
export function peersOf(host) {
  return host === 'thread' ? [piscina(), tinypool('worker_threads'), workerpoolOf('thread'), poolifier(FixedThreadPool, 'poolifier-thread.mjs')]
    : [tinypool('child_process'), workerpoolOf('process'), poolifier(FixedClusterPool, 'poolifier-process.cjs')];
}

function piscina() {
  const pool = new Piscina({ filename: file('task.mjs'), minThreads: SIZE, maxThreads: SIZE });
  return { name: 'piscina', run: (n) => pool.run(n), end: () => pool.destroy() };
}

function tinypool(runtime) {
  const pool = new Tinypool({ filename: file('task.mjs'), minThreads: SIZE, maxThreads: SIZE, runtime });
  return { name: 'tinypool', run: (n) => pool.run(n), end: () => pool.destroy() };
}

function workerpoolOf(workerType) {
  const pool = workerpool.pool(file('workerpool-worker.mjs'), { minWorkers: SIZE, maxWorkers: SIZE, workerType });
  return { name: 'workerpool', run: (n) => pool.exec('square', [n]), end: () => pool.terminate() };
}

function poolifier(Pool, worker) {
  const pool = new Pool(SIZE, file(worker));
  return { name: 'poolifier', run: (n) => pool.execute(n), end: () => pool.destroy() };
}
