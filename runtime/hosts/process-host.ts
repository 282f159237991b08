import { spawn } from 'node:child_process';
import type { Socket } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { HostBoot, HostEvents, HostTransport } from './host-transport.ts';
import { FrameSocket } from '../wire/frame-socket.ts';
import { bootFile, hostExecArgv } from './boot-files.ts';

/** The child's end of the frames' pipe, and of the leash that tells it that its parent is gone. */
export const FRAME_FD = 3;
export const LEASH_FD = 4;
/** The environment variable that holds the child's {@link HostBoot}. */
export const BOOT_VARIABLE = 'TROUPE_BOOT';

/** A process of its own. Frames go over a private pipe: its standard streams are the user's. */
export function launchProcess(boot: HostBoot, events: HostEvents): HostTransport {
  const bootPath = fileURLToPath(bootFile('boot.mjs'));
  bootFile('leash.mjs');
  const child = spawn(process.execPath, [...hostExecArgv(), bootPath], {
    stdio: ['ignore', 'inherit', 'inherit', 'pipe', 'pipe'],
    env: { ...process.env, [BOOT_VARIABLE]: JSON.stringify(boot) },
  });
  let error: Error | undefined;
  let hasEnded = false;
  const streams: Socket[] = [];
  // `close` comes after the last data; a child that could not be started has neither `exit` nor, always, streams.
  const ended = (code: number | null, signal: string | null): void => {
    if (hasEnded) return;
    hasEnded = true;
    for (const stream of streams) stream.destroy();
    events.ended(error === undefined ? { code, signal } : { code, signal, error });
  };
  child.on('error', (reason) => {
    error ??= reason;
    if (child.pid === undefined) ended(null, null);
  });
  child.on('close', ended);
  const pipe = child.stdio[FRAME_FD] as Socket | null | undefined;
  const leash = child.stdio[LEASH_FD] as Socket | null | undefined;
  if (!pipe || !leash) return { send: () => undefined, hasRoom: () => true, terminate: () => undefined };
  streams.push(pipe, leash);
  const frames = new FrameSocket(pipe, (frame) => events.frame(frame), (reason) => events.failed(reason));
  // What is written to a dead child concerns nobody: its exit is told.
  leash.on('error', () => undefined);
  leash.unref();
  pipe.unref();
  child.unref();
  return {
    send: (frame) => frames.send(frame),
    hasRoom: () => frames.hasRoom,
    terminate: () => { child.kill('SIGKILL'); },
  };
}
