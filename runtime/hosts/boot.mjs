// The first module of every thread and process host. Plain JavaScript, so that any Node loads it; it makes
// TypeScript loadable as the main thread does, then hands over to the library.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { isMainThread, Worker, workerData } from 'node:worker_threads';

const isThread = !isMainThread && workerData?.troupe !== undefined;
// A terminal sends SIGINT and SIGHUP to the whole group: the main program decides what they mean. SIGUSR1 would let
// anybody on this machine attach a debugger. First of all: until here Node obeys them.
if (!isThread) for (const signal of ['SIGINT', 'SIGHUP', 'SIGUSR1']) process.on(signal, () => undefined);

const FRAME_FD = 3;
const LEASH_FD = 4;
/** Sent in place of a host's number by a host that could not even load the library. */
const NO_HOST = 0xffffffff;
/** Where the library, once loaded, hands over what runs a host. */
const HOST_MAIN = Symbol.for('troupe.host-main');

const boot = isThread ? workerData.troupe : JSON.parse(process.env.TROUPE_BOOT);

// A thread doesn't take that from the process, and a process knows the option alone.
if (boot.mapsSources) process.setSourceMapsEnabled(true);

if (!isThread) {
  delete process.env.TROUPE_BOOT;
  new Worker(new URL('leash.mjs', import.meta.url), { workerData: { fd: LEASH_FD }, execArgv: [], env: {} }).unref();
}

const TYPESCRIPT = /\.[mc]?tsx?(?:[?#]|$)/;
/** What another try through tsx may heal: syntax that Node can't strip, `./x.js` that is a `.ts` file. */
const HEALABLE = new Set([
  'ERR_UNKNOWN_FILE_EXTENSION', 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX', 'ERR_INVALID_TYPESCRIPT_SYNTAX',
  'ERR_MODULE_NOT_FOUND', 'ERR_UNSUPPORTED_NODE_MODULES_TYPE_STRIPPING',
]);
let hasTsx = false;

async function useTsx() {
  if (hasTsx) return true;
  for (const from of [boot.base, import.meta.url]) {
    let manifest;
    try {
      manifest = createRequire(from).resolve('tsx/package.json');
    } catch {
      continue;
    }
    // Not through require.resolve: the CommonJS entry registers a path that Node 20 can't load.
    const { import: entry } = JSON.parse(readFileSync(manifest, 'utf8')).exports['./esm/api'];
    const { register } = await import(new URL(entry.default ?? entry, `file://${manifest}`).href);
    register();
    return hasTsx = true;
  }
  return false;
}

async function load(url) {
  const isTypeScript = TYPESCRIPT.test(url);
  // What a JavaScript module imports may be TypeScript: here as in the main thread.
  if (boot.usesTsx) await useTsx();
  if (isTypeScript && !hasTsx && !process.features.typescript && !await useTsx()) {
    throw new Error(`Cannot load "${url}": this Node reads no TypeScript; run Node 22.18 or newer, or install tsx`);
  }
  try {
    return await loading.run(true, () => import(url));
  } catch (error) {
    const isHealable = HEALABLE.has(error?.code) || (isTypeScript && error instanceof SyntaxError);
    if (!isTypeScript || hasTsx || !isHealable || !await useTsx()) throw error;
    return loading.run(true, () => import(url));
  }
}

/** Module code runs inside this store, and so does what it leaves behind: timers, promises. */
const loading = new AsyncLocalStorage();
const isLoading = () => loading.getStore() === true;

/** What leads to the main thread; the library makes frames of it. */
const channel = isThread ? { port: workerData.port, started: workerData.started, ended: workerData.ended, output: workerData.output } : { socket: await openSocket() };

async function openSocket() {
  const { Socket } = await import('node:net');
  const socket = new Socket({ fd: FRAME_FD });
  // The leash ends the process as well; this is faster, and lets `exit` listeners run.
  return socket.on('close', () => process.exit(1));
}

let isRunning = false;
globalThis[HOST_MAIN] = (runHost) => {
  delete globalThis[HOST_MAIN];
  loading.run(false, () => runHost(boot, channel, { load, isLoading }));
  isRunning = true;
};

try {
  await load(boot.library);
  if (!isRunning) throw new Error(`Cannot start a host: ${boot.library} has no Troupe of the version of ${import.meta.url}`);
} catch (error) {
  // A bundle with code that fails is loaded again for an actor of it, whose start fails then.
  if (!isRunning) report(error);
}

/** Says why there will be no host, in a frame of its own kind. */
function report(error) {
  const text = Buffer.from(JSON.stringify({ message: String(error?.message ?? error), stack: String(error?.stack ?? '') }));
  const frame = Buffer.alloc(12 + text.length);
  frame.writeUInt32LE(NO_HOST, 0);
  text.copy(frame, 12);
  if (isThread) {
    channel.port.postMessage(new Uint8Array(frame));
    return;
  }
  const length = Buffer.alloc(4);
  length.writeUInt32LE(frame.length, 0);
  channel.socket.end(Buffer.concat([length, frame]));
}
