import { MessageChannel, Worker } from 'node:worker_threads';
import type { WorkerOptions } from 'node:worker_threads';
import type { EndSignal, HostBoot, HostEvents, HostTransport } from './host-transport.ts';
import type { HostSettings } from '../../core/host-options.ts';
import type { StartedNumbers } from '../started-numbers.ts';
import { FramePort } from '../wire/frame-port.ts';
import { StartedTable } from '../started-numbers.ts';
import { STDOUT } from './std-streams.ts';
import { bootFile, hostExecArgv } from './boot-files.ts';
import { HostExitError, toError } from '../../core/errors.ts';
import { endWithCode, endWithSignal } from './host.ts';
import { endedThreads } from '../shared/ended-threads.ts';
import { hostEnvironment } from './environment.ts';

/** A worker thread of this process. Frames go over a port of their own: `parentPort` is the user's. */
export function launchThread(boot: HostBoot, events: HostEvents, { env, memoryMb }: HostSettings): HostTransport {
  const { port1: port, port2 } = new MessageChannel();
  const output = boot.isCaptured ? new MessageChannel() : undefined;
  const table = new StartedTable();
  const started = (sender: number): StartedNumbers | undefined => table.read(sender);
  let error: Error | undefined;
  let terminatedBy: EndSignal | undefined;
  const worker = newWorker({
    name: `troupe-${boot.hostId}`,
    workerData: { troupe: boot, port: port2, started: table.memory, ended: endedThreads().memory, output: output?.port2 },
    transferList: [port2, ...output === undefined ? [] : [output.port2]],
    execArgv: hostExecArgv(),
    env: hostEnvironment(env),
    ...memoryMb === undefined ? {} : { resourceLimits: { maxOldGenerationSizeMb: memoryMb } },
  });
  // Once it has ended, it has none.
  const { threadId } = worker;
  const frames = new FramePort(port, (frame, attachments) => events.frame(frame, attachments), (reason) => events.failed(reason));
  const printed = output && new FramePort(output.port1, (bytes) => {
    events.output(bytes[0] === STDOUT ? 'stdout' : 'stderr', bytes.subarray(1));
  }, (reason) => events.failed(reason));
  worker.on('error', (thrown: unknown) => { error ??= failureOf(toError(thrown)); });
  worker.on('exit', (code) => {
    endedThreads().add(threadId);
    frames.end();
    printed?.end();
    // A terminated thread exits with 1, as after an error; one that left by itself just before keeps its code.
    const isTerminated = terminatedBy !== undefined && code === 1 && error === undefined;
    const end = isTerminated ? endWithSignal(terminatedBy as EndSignal) : endWithCode(code, error);
    events.ended({ ...end, started });
  });
  // A listener added later would keep the program alive again.
  port.unref();
  output?.port1.unref();
  worker.unref();
  return {
    send: (frame, attachments) => frames.send(frame, attachments),
    hasRoom: () => true,
    terminate: (signal) => {
      terminatedBy = signal;
      void worker.terminate();
    },
  };
}

function failureOf(error: Error & { code?: unknown }): Error {
  if (error.code !== 'ERR_WORKER_OUT_OF_MEMORY') return error;
  return new HostExitError('TROUPE_OUT_OF_MEMORY', 'Cannot go on: the thread is out of memory', '', { cause: error });
}

/**
 * Node has options for whole processes that no thread takes, in NODE_OPTIONS (`--max-old-space-size`) or its own, and lists
 * them nowhere: a thread does without the ones or the others then.
 */
function newWorker(options: Omit<WorkerOptions, 'env'> & { env: Record<string, string> }): Worker {
  const { NODE_OPTIONS: _, ...env } = options.env;
  const tries: WorkerOptions[] = [options, { ...options, env }, { ...options, env, execArgv: [] }];
  for (let i = 0; ; i++) {
    try {
      return new Worker(bootFile('boot.mjs'), tries[i]);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_WORKER_INVALID_EXEC_ARGV' || i === tries.length - 1) throw error;
    }
  }
}
