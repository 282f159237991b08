import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { EndSignal, HostBoot, HostEvents, HostTransport } from './host-transport.ts';
import type { HostSettings } from '../../core/host-options.ts';
import { FrameSocket } from '../wire/frame-socket.ts';
import { PROGRAM_STDERR_FD, STDERR_COPY_FD, passToStderr } from './std-streams.ts';
import { Tail } from './tail.ts';
import { bootFile, hostExecArgv } from './boot-files.ts';
import { hostEnvironment } from './environment.ts';
import { nodeClock } from '../node-ports.ts';
import { processEnd } from './process-end.ts';

/** The child's end of the frames' pipe, and of the leash that tells it that its parent is gone. */
export const FRAME_FD = 3;
export const LEASH_FD = 4;
/** The environment variable that holds the child's {@link HostBoot}. */
export const BOOT_VARIABLE = 'TROUPE_BOOT';

/** How much of the end of its standard error is kept. */
const STDERR_BYTES = 8 * 2 ** 10;
/** How long the pipes of a process that is gone are read on: one that it has started may hold them open for ever. */
const CLOSE_MS = 1_000;

/** A process of its own. Frames go over a private pipe: its standard streams are the user's. */
export function launchProcess(boot: HostBoot, events: HostEvents, settings: HostSettings): HostTransport {
  const bootPath = fileURLToPath(bootFile('boot.mjs'));
  bootFile('leash.mjs');
  const { cwd, execArgv, memoryMb } = settings;
  // Node says of a missing folder that there is no `node`.
  if (cwd !== undefined) checkFolder(cwd);
  const memory = memoryMb === undefined ? [] : [`--max-old-space-size=${memoryMb}`];
  const child = spawn(process.execPath, [...hostExecArgv(), ...memory, ...execArgv, bootPath], {
    cwd,
    // Its standard output is the program's own, unless it is captured; of its standard error see std-streams.ts.
    stdio: Object.assign<('ignore' | 'inherit' | 'pipe' | number)[], object>(['ignore', boot.isCaptured ? 'pipe' : 'inherit', 'pipe'], {
      [FRAME_FD]: 'pipe', [LEASH_FD]: 'pipe', [PROGRAM_STDERR_FD]: 2, [STDERR_COPY_FD]: 'pipe',
    }),
    env: { ...hostEnvironment(settings.env), [BOOT_VARIABLE]: JSON.stringify(boot) },
  });
  // A child that could not be started may have no streams.
  const stream = (fd: number): Socket | undefined => (child.stdio[fd] ?? undefined) as Socket | undefined;
  const pipe = stream(FRAME_FD);
  const leash = stream(LEASH_FD);
  const outputs = [stream(2), stream(STDERR_COPY_FD)];
  const stdout = boot.isCaptured ? stream(1) : undefined;
  const streams = [pipe, leash, stdout, ...outputs].filter((each) => each !== undefined);
  const stderr = new Tail(STDERR_BYTES);
  let error: Error | undefined;
  let terminatedBy: EndSignal | undefined;
  let hasEnded = false;
  const ended = (code: number | null, signal: string | null): void => {
    if (hasEnded) return;
    hasEnded = true;
    for (const each of streams) each.destroy();
    events.ended(processEnd(code, signal, terminatedBy, stderr.toString(), error));
  };
  child.on('error', (reason) => {
    error ??= reason;
    if (child.pid === undefined) ended(null, null);
  });
  // `close` comes after the last data.
  child.on('close', ended);
  child.on('exit', (code, signal) => {
    // In two steps: what had come before a program that was busy looked at its clock is still read in between.
    nodeClock.after(CLOSE_MS, () => nodeClock.after(1, () => ended(code, signal)));
  });
  for (const output of outputs) {
    output?.on('data', (chunk: Buffer) => stderr.add(chunk));
    // What is written to a dead child concerns nobody: its exit is told.
    output?.on('error', () => undefined);
  }
  if (boot.isCaptured) {
    stdout?.on('data', (chunk: Buffer) => events.output('stdout', chunk));
    outputs[0]?.on('data', (chunk: Buffer) => events.output('stderr', chunk));
  } else if (outputs[0] !== undefined) {
    passToStderr(outputs[0]);
  }
  leash?.on('error', () => undefined);
  const frames = pipe && new FrameSocket(pipe, boot.rules.maxBytes, (frame) => events.frame(frame), (reason) => events.failed(reason));
  // Idle hosts keep no program alive.
  for (const each of [child, ...streams]) each.unref();
  return {
    send: (frame) => frames?.send(frame),
    hasRoom: () => frames?.hasRoom ?? true,
    terminate: (signal) => {
      terminatedBy = signal;
      child.kill('SIGKILL');
    },
  };
}

/** @throws {Error} It is none. */
function checkFolder(path: string): void {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found?.isDirectory() === true) return;
  throw new Error(`its folder ${JSON.stringify(path)} ${found === undefined ? 'doesn\'t exist' : 'isn\'t a folder'}`);
}
