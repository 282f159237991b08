import { AsyncLocalStorage } from 'node:async_hooks';
import type { Duplex } from 'node:stream';
import type { HostBoot } from './host.ts';
import type { Order, Request } from '../control.ts';
import { FrameSocket } from '../wire/frame-socket.ts';
import { Kernel, MAIN_HOST } from '../kernel.ts';
import { markAsHost } from './this-host.ts';
import { nodeClock, nodeRandom, nodeTurns, threadCurrent } from '../node-ports.ts';
import { toError } from '../../core/actor-cell.ts';

/** The way to the main thread, as boot.mjs opened it. */
interface Wire {
  start(received: (frame: Uint8Array) => void): void;
  send(frame: Uint8Array): void;
  hasRoom(): boolean;
}

/** How long actors may take to stop when the host is told to end by a signal. */
const SIGNAL_GRACE_MS = 5_000;

/** Runs a kernel in this thread or process, for the program that started it. Called by boot.mjs, once. */
export function runHost(boot: HostBoot, port: Wire | { readonly socket: Duplex }, load: (url: string) => Promise<unknown>): void {
  const wire = 'socket' in port ? socketWire(port.socket, (error) => fail(error)) : port;
  // Module code runs inside this store, and so does what it leaves behind: timers, promises.
  const loading = new AsyncLocalStorage<boolean>();
  const kernel: Kernel = new Kernel(boot.hostId, {
    clock: nodeClock,
    random: nodeRandom,
    turns: nodeTurns(),
    current: threadCurrent(),
    transmit: (_peer, frame) => wire.send(frame),
    hasRoomTo: () => wire.hasRoom(),
    toAuthority: (request) => kernel.sendControl(MAIN_HOST, request),
    control: (_from, message) => kernel.obey(message as Order),
    load: (url) => loading.run(true, () => load(url)),
    isLoading: () => loading.getStore() === true,
    keepAlive: (isBusy) => say(kernel, { type: 'busy', isBusy }),
  }, boot.localMessages);
  markAsHost({ kernel, kind: boot.kind });
  // What was written last must have left before the process ends; a thread's port sees to that itself.
  const finish = (end: () => void): void => {
    kernel.flush();
    if ('socket' in port) port.socket.write('', end);
    else end();
  };
  const fail = (error: unknown): void => {
    say(kernel, { type: 'failing', error: kernel.sendableError(toError(error)) });
    finish(() => process.exit(1));
  };
  watchFailures(kernel, fail);
  if (boot.kind === 'process') watchSignals(kernel, finish);
  wire.start((frame) => {
    try {
      kernel.receive(frame);
    } catch (error) {
      fail(error);
    }
  });
  say(kernel, { type: 'ready' });
}

function socketWire(socket: Duplex, failed: (error: Error) => void): Wire {
  let receive: (frame: Uint8Array) => void = () => undefined;
  const frames = new FrameSocket(socket, (frame) => receive(frame), failed);
  return {
    start: (received) => { receive = received; },
    send: (frame) => frames.send(frame),
    hasRoom: () => frames.hasRoom,
  };
}

/** A failure outside of any handler's own promise is its actor's if that is known, else the whole host's. */
function watchFailures(kernel: Kernel, fail: (error: unknown) => void): void {
  const blame = (error: unknown): void => {
    const culprit = kernel.current.invocation;
    kernel.current.active = undefined;
    if (culprit === undefined || !kernel.crashActor(culprit.slotId, error)) fail(error);
  };
  process.on('uncaughtException', blame);
  process.on('unhandledRejection', blame);
}

/**
 * A terminal sends SIGINT to the whole group: the main program decides what it means. SIGTERM to this process alone
 * stops its actors; then the process dies by it.
 */
function watchSignals(kernel: Kernel, finish: (end: () => void) => void): void {
  process.on('SIGINT', () => undefined);
  process.once('SIGTERM', () => {
    kernel.stopAll(SIGNAL_GRACE_MS, () => finish(() => process.kill(process.pid, 'SIGTERM')));
  });
}

function say(kernel: Kernel, request: Request): void {
  kernel.sendControl(MAIN_HOST, request);
}
