import { writeSync } from 'node:fs';
import type { MessagePort } from 'node:worker_threads';
import type { Readable, Writable } from 'node:stream';
import { nodeClock } from '../node-ports.ts';

const STDOUT_FD = 1;
const STDERR_FD = 2;
/** Of a process host: the program's own standard error, and a pipe to the program for a copy of what goes there. */
export const PROGRAM_STDERR_FD = 5;
export const STDERR_COPY_FD = 6;

/** How long to wait before writing on to a pipe that is full. */
const FULL_MS = 2;

/**
 * Makes the standard streams of this host write straight to the program's, before `write` returns: nothing that was
 * written is lost when the host ends in whatever way, nor waits for the main thread, and what goes to both streams stays
 * in order. A host that prints faster than anybody reads is slowed down by that.
 *
 * @param isCaptured Its own streams lead to an actor of the program.
 */
export function writeThrough(kind: 'thread' | 'process', isCaptured: boolean): void {
  // A process's own standard error is a pipe to the program: for what others than its JavaScript write, V8's last words
  // above all.
  const stderr = kind === 'process' && !isCaptured ? [PROGRAM_STDERR_FD, STDERR_COPY_FD] : [STDERR_FD];
  redirect(process.stdout, (bytes) => writeAll(STDOUT_FD, bytes));
  redirect(process.stderr, (bytes) => { for (const fd of stderr) writeAll(fd, bytes); });
}

/** The first byte of what a thread prints into its port. */
export const STDOUT = 1;
const STDERR = 2;

/** Has this thread's standard streams lead to the program: written there before `write` returns. */
export function writeToPort(port: MessagePort): void {
  const writeAs = (stream: number) => (bytes: Buffer): void => {
    // In memory of its own: a port copies all of the memory behind it.
    const message = new Uint8Array(bytes.length + 1);
    message[0] = stream;
    message.set(bytes, 1);
    port.postMessage(message);
  };
  redirect(process.stdout, writeAs(STDOUT));
  redirect(process.stderr, writeAs(STDERR));
}

function redirect(stream: Writable, write: (bytes: Buffer) => void): void {
  // A stream's own methods come before those of its class, whichever Node has chosen: file, pipe, terminal, thread.
  Object.assign(stream, {
    _write(chunk: Buffer | string, encoding: BufferEncoding, done: () => void): void {
      const bytes = typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk;
      write(bytes);
      done();
    },
    _writev: null,
  });
}

const PAUSE = new Int32Array(new SharedArrayBuffer(4));

function writeAll(fd: number, bytes: Buffer): void {
  for (let at = writeSome(fd, bytes, 0); at < bytes.length; at = writeSome(fd, bytes, at)) Atomics.wait(PAUSE, 0, 0, FULL_MS);
}

/** Writes on from `at`; returns how far it came. What nobody reads any more is dropped: its writer goes on. */
function writeSome(fd: number, bytes: Buffer, at: number): number {
  try {
    while (at < bytes.length) at += writeSync(fd, bytes, at);
    return at;
  } catch (error) {
    return (error as { code?: unknown }).code === 'EAGAIN' ? at : bytes.length;
  }
}

/** Passes on what comes from `source` to the program's standard error, no faster than that is read. */
export function passToStderr(source: Readable): void {
  const write = (chunk: Buffer, from: number): void => {
    const at = writeSome(STDERR_FD, chunk, from);
    if (at === chunk.length) source.resume();
    else nodeClock.after(FULL_MS, () => write(chunk, at));
  };
  source.on('data', (chunk: Buffer) => {
    source.pause();
    write(chunk, 0);
  });
}
