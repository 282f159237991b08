import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import type { ActorSystem } from '../index.ts';
import type { Question } from './pairs.ts';
import { Echo } from './echo.ts';
import { median } from './pairs.ts';

const ROUND_TRIPS = 2_000;
/** At most twice the bare round trip. */
const GOAL = 0.5;

interface Peer {
  send(value: number): void;
  onReply(listener: () => void): void;
}

/** What does an ask to a thread or process cost beside a bare message there and back? Medians of single trips. */
export async function roundTrips(system: ActorSystem): Promise<{ questions: Question[]; end: () => void }> {
  const script = new URL('bare-peer.mjs', import.meta.url);
  const worker = new Worker(script);
  const child = fork(fileURLToPath(script));
  const thread: Peer = {
    send: (value) => worker.postMessage(value),
    onReply: (listener) => void worker.on('message', listener),
  };
  const process: Peer = {
    send: (value) => void child.send(value), onReply: (listener) => void child.on('message', listener),
  };
  const questions = [
    await question(system, 'thread', 'postMessage', thread),
    await question(system, 'process', 'process.send', process),
  ];
  const end = (): void => {
    void worker.terminate();
    child.kill();
  };
  return { questions, end };
}

async function question(system: ActorSystem, host: 'thread' | 'process', bare: string, peer: Peer): Promise<Question> {
  const echo = await system.spawn(Echo, { host });
  let replied: () => void = () => undefined;
  peer.onReply(() => replied());
  const bareTrip = (value: number): Promise<void> => new Promise((resolve) => {
    replied = resolve;
    peer.send(value);
  });
  return {
    name: `ask a ${host}, beside a bare ${bare} round trip`, unit: 'round trips/s (p50)', goal: GOAL,
    ours: () => tripsPerSecond((i) => echo.ask.echo(i)),
    theirs: () => tripsPerSecond(bareTrip),
  };
}

async function tripsPerSecond(trip: (i: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < ROUND_TRIPS; i++) {
    const startedAt = performance.now();
    await trip(i);
    times.push(performance.now() - startedAt);
  }
  return 1_000 / median(times);
}
