import { MessageChannel, Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import type { HostBoot, HostEvents, HostTransport } from './host-transport.ts';
import type { StartedNumbers } from '../started-numbers.ts';
import { FramePort } from '../wire/frame-port.ts';
import { StartedTable } from '../started-numbers.ts';
import { bootFile, hostExecArgv } from './boot-files.ts';
import { toError } from '../../core/errors.ts';

/** A worker thread of this process. Frames go over a port of their own: `parentPort` is the user's. */
export function launchThread(boot: HostBoot, events: HostEvents): HostTransport {
  const { port1: port, port2 } = new MessageChannel();
  const table = new StartedTable();
  const started = (sender: number): StartedNumbers | undefined => table.read(sender);
  let error: Error | undefined;
  const worker = newWorker({
    name: `troupe-${boot.hostId}`,
    workerData: { troupe: boot, port: port2, started: table.memory },
    transferList: [port2],
    execArgv: hostExecArgv(),
  });
  const frames = new FramePort(port, (frame) => events.frame(frame), (reason) => events.failed(reason));
  worker.on('error', (thrown: unknown) => { error ??= toError(thrown); });
  worker.on('exit', (code) => {
    port.close();
    events.ended({ code, signal: null, started, ...error === undefined ? {} : { error } });
  });
  // A listener added later would keep the program alive again.
  port.unref();
  worker.unref();
  return {
    send: (frame) => frames.send(frame),
    hasRoom: () => true,
    terminate: () => void worker.terminate(),
  };
}

/** Node has options for whole processes that no thread takes, and lists them nowhere: a thread does without then. */
function newWorker(options: WorkerOptions): Worker {
  try {
    return new Worker(bootFile('boot.mjs'), options);
  } catch (error) {
    if ((error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV') throw error;
    return new Worker(bootFile('boot.mjs'), { ...options, execArgv: [] });
  }
}
