import type { Duplex } from 'node:stream';
import type { MessagePort } from 'node:worker_threads';
import type { Attachments } from '../wire/parcel.ts';
import type { HostBoot } from './host-transport.ts';
import type { Request } from '../control.ts';
import { FramePort } from '../wire/frame-port.ts';
import { FrameSocket } from '../wire/frame-socket.ts';
import { Kernel } from '../kernel.ts';
import { StartedTable } from '../started-numbers.ts';
import { MAIN_HOST } from '../control.ts';
import { orderOf } from '../protocol.ts';
import { ownMeta } from '../../core/own-meta.ts';
import { hostInfo, markAsHost } from './this-host.ts';
import { nodeClock, nodeRandom, nodeTurns, threadCurrent } from '../node-ports.ts';
import { StartFailedError, toError } from '../../core/errors.ts';
import { useEndedThreads } from '../shared/ended-threads.ts';
import { writeThrough, writeToPort } from './std-streams.ts';

/** What leads to the main thread, as boot.mjs opened it. */
type Channel = ThreadChannel | { readonly socket: Duplex };

interface ThreadChannel {
  readonly port: MessagePort;
  readonly started: SharedArrayBuffer;
  readonly ended: SharedArrayBuffer;
  readonly output: MessagePort | undefined;
}

/** Where boot.mjs waits for this module. */
const HOST_MAIN = Symbol.for('troupe.host-main');

/**
 * What boot.mjs imports: the library as its users do, with this module and each class whose instances a message may bring, or the bundle that
 * all of it is a part of.
 */
export const LIBRARY_URL = ownMeta(import.meta).url.replace(/runtime\/hosts\/host-main(?=\.[jt]s\b)/, 'index');

interface Wire {
  send(frame: Buffer, attachments: Attachments | undefined): void;
  readonly hasRoom: boolean;
}

/** How long actors may take to stop when the host is told to end by a signal. */
const SIGNAL_GRACE_MS = 5_000;

/** How boot.mjs imports modules, and whether the code that runs now is a module's, or a timer's that it left behind. */
interface Loader {
  load(url: string): Promise<unknown>;
  isLoading(): boolean;
}

/** Runs a kernel in this thread or process, for the program that started it. */
function runHost(boot: HostBoot, channel: Channel, loader: Loader): void {
  if ('port' in channel) useEndedThreads(channel.ended);
  if ('port' in channel && channel.output !== undefined) writeToPort(channel.output);
  else writeThrough(boot.kind, boot.isCaptured);
  const wire = openWire(channel, boot.rules.maxBytes, (frame, attachments) => receive(frame, attachments), (error) => fail(error));
  const kernel: Kernel = new Kernel(boot.hostId, {
    host: hostInfo(boot.kind),
    logLevel: boot.logLevel,
    clock: nodeClock,
    random: nodeRandom,
    turns: nodeTurns(),
    current: threadCurrent(),
    transmit: (_peer, frame, attachments) => wire.send(frame, attachments),
    hasRoomTo: () => wire.hasRoom,
    toAuthority: (request) => kernel.sendControl(MAIN_HOST, request),
    control: (_from, message) => kernel.obey(orderOf(message)),
    load: (url) => loader.load(url),
    isLoading: () => loader.isLoading(),
    ...'started' in channel ? { started: new StartedTable(channel.started) } : {},
    keepAlive: (isBusy) => say(kernel, { type: 'busy', isBusy }),
  }, boot.rules);
  markAsHost({ kernel, kind: boot.kind });
  // What was written last must have left before the process ends; a thread's port sees to that itself.
  const finish = (end: () => void): void => {
    kernel.flush();
    if ('socket' in channel) channel.socket.write('', end);
    else end();
  };
  const fail = (error: unknown): void => {
    say(kernel, { type: 'failing', error: kernel.values.sendableError(toError(error)) });
    finish(() => process.exit(1));
  };
  watchFailures(kernel, fail);
  if (boot.kind === 'process') watchSigterm(kernel, finish);
  const receive = (frame: Uint8Array, attachments?: Attachments): void => {
    try {
      kernel.receive(frame, undefined, attachments);
    } catch (error) {
      fail(error);
    }
  };
  const loadAll = async (): Promise<void> => {
    for (const url of boot.modules) await kernel.ports.load(url).catch((error: unknown) => { throw notLoaded(url, toError(error)); });
    say(kernel, { type: 'ready' });
  };
  loadAll().catch(fail);
}

/** As for an actor's module: another try would not help. */
function notLoaded(url: string, cause: Error): StartFailedError {
  return new StartFailedError('a host', `${url} can't be loaded: ${cause.message}`, { cause, canHeal: false });
}

function openWire(
  channel: Channel, maxBytes: number, received: (frame: Uint8Array, attachments?: Attachments) => void, failed: (error: Error) => void,
): Wire {
  if ('socket' in channel) return new FrameSocket(channel.socket, maxBytes, received, failed);
  const frames = new FramePort(channel.port, received, failed);
  return { send: (frame, attachments) => frames.send(frame, attachments), hasRoom: true };
}

/** A failure outside of any handler's own promise is its actor's if that is known, else the whole host's. */
function watchFailures(kernel: Kernel, fail: (error: unknown) => void): void {
  const blame = (error: unknown): void => {
    const culprit = kernel.current.invocation;
    kernel.current.active = undefined;
    if (culprit === undefined) fail(error);
    else kernel.blame(culprit, error);
  };
  process.on('uncaughtException', blame);
  process.on('unhandledRejection', blame);
}

/** SIGTERM to this process alone stops its actors; then it dies by it. The other signals are boot.mjs's affair. */
function watchSigterm(kernel: Kernel, finish: (end: () => void) => void): void {
  process.once('SIGTERM', () => {
    kernel.stopAll(SIGNAL_GRACE_MS, () => finish(() => process.kill(process.pid, 'SIGTERM')));
  });
}

function say(kernel: Kernel, request: Request): void {
  kernel.sendControl(MAIN_HOST, request);
}

// Not left to boot.mjs to call: in a bundle the user's code follows, and must find itself in a host.
(globalThis as { [HOST_MAIN]?: (run: typeof runHost) => void })[HOST_MAIN]?.(runHost);
