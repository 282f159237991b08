import type { Attachments } from '../wire/parcel.ts';
import type { Clock } from '../../core/clock.ts';
import type { Host, HostEnd } from './host.ts';
import type { EndSignal, HostBoot, HostTransport, LaunchHost } from './host-transport.ts';
import type { HostSettings } from '../../core/host-options.ts';
import type { LogThreshold } from '../../core/log.ts';
import type { HostStatus } from './host-machine.ts';
import type { MessageRules } from '../values.ts';
import type { Order } from '../control.ts';
import { HostLifecycle } from './host-machine.ts';
import { CapturedOutput } from './captured-output.ts';
import { FrameReader } from '../wire/record.ts';
import { LIBRARY_URL } from './host-main.ts';
import { HostExitError, StartFailedError, toError, whyNotStarted } from '../../core/errors.ts';
import { describeExit } from '../../core/exit-reason.ts';
import { endWithSignal, hostDown, neverLaunched } from './host.ts';
import { usesTsx } from './boot-files.ts';
import { pathToFileURL } from 'node:url';

/** What remote hosts need of the system, and tell it. */
export interface RemoteHostPort {
  readonly clock: Clock;
  readonly rules: MessageRules;
  readonly logLevel: LogThreshold;
  sendControl(hostId: number, order: Order): void;
  receive(host: RemoteHost, frame: Uint8Array, attachments: Attachments | undefined): void;
  /** It is gone. `wasWanted`: nobody here had asked it to end. */
  ended(host: RemoteHost, end: HostEnd, wasWanted: boolean): void;
}

/** What is to be started. */
export interface HostPlan {
  readonly kind: 'thread' | 'process';
  readonly settings: HostSettings;
  readonly modules: readonly string[];
}

/** A thread or process, over its transport; its lifecycle is a chart. */
export class RemoteHost implements Host {
  readonly id: number;
  readonly kind: 'thread' | 'process';
  readonly ready: Promise<void>;
  readonly ended: Promise<HostEnd>;
  isReady = false;
  isBusy = false;
  /** What the host said of its own end. */
  failure: Error | undefined;
  readonly #port: RemoteHostPort;
  #transport: HostTransport = NEVER_LAUNCHED;
  readonly #lifecycle: HostLifecycle;
  #setReady: () => void = () => {};
  #setFailed: (error: Error) => void = () => {};
  #setEnded: (end: HostEnd) => void = () => {};
  #output: CapturedOutput | undefined;
  #isWanted = true;
  #endSignal: EndSignal = 'SIGKILL';
  #hasEnded = false;

  constructor(id: number, { kind, settings, modules }: HostPlan, launch: LaunchHost, port: RemoteHostPort) {
    this.id = id;
    this.kind = kind;
    this.#port = port;
    this.ready = new Promise((resolve, reject) => {
      this.#setReady = resolve;
      this.#setFailed = reject;
    });
    // Whoever starts an actor in it listens; a host that nobody listens to any more may fail unheard.
    this.ready.catch(() => undefined);
    this.ended = new Promise((resolve) => { this.#setEnded = resolve; });
    this.#lifecycle = new HostLifecycle(port.clock, {
      askToDrain: () => port.sendControl(this.id, { type: 'drain' }),
      terminate: () => this.#transport.terminate(this.#endSignal),
    }, (status) => this.#moved(status));
    const boot: HostBoot = {
      hostId: id, kind, library: LIBRARY_URL, base: programUrl(), usesTsx: usesTsx(), mapsSources: process.sourceMapsEnabled,
      rules: port.rules, logLevel: port.logLevel, modules, isCaptured: settings.output !== undefined,
    };
    if (settings.output !== undefined) this.#output = new CapturedOutput(settings.output);
    try {
      this.#transport = launch(boot, {
        frame: (frame, attachments) => this.#received(frame, attachments),
        output: (stream, bytes) => this.#output?.add(stream, bytes),
        failed: (error) => this.fail(error),
        ended: (end) => this.#transportEnded(end),
      }, settings);
    } catch (error) {
      // Told once whoever has asked for the host knows it.
      void Promise.resolve().then(() => this.#transportEnded(neverLaunched(toError(error))));
    }
  }

  order(order: Order): void {
    this.#port.sendControl(this.id, order);
  }

  send(frame: Buffer, attachments: Attachments | undefined): void {
    if (!this.#hasEnded) this.#transport.send(frame, attachments);
  }

  get hasRoom(): boolean { return this.#transport.hasRoom(); }

  becameReady(): void { this.#lifecycle.send({ type: 'READY' }); }

  drained(): void { this.#lifecycle.send({ type: 'DRAINED' }); }

  stop(): void {
    this.#isWanted = false;
    this.#lifecycle.send({ type: 'STOP' });
  }

  terminate(): void {
    this.#isWanted = false;
    this.#endSignal = 'SIGKILL';
    this.#lifecycle.send({ type: 'TERMINATE' });
  }

  fail(failure: Error): void {
    this.failure = failure;
    this.#lifecycle.send({ type: 'TERMINATE' });
  }

  #received(frame: Uint8Array, attachments: Attachments | undefined): void {
    if (this.#hasEnded) return;
    try {
      const report = bootReport(frame);
      if (report === undefined) this.#port.receive(this, frame, attachments);
      else this.fail(report);
    } catch (error) {
      // Whatever it says next can't be trusted either.
      this.fail(toError(error));
    }
  }

  #transportEnded(end: HostEnd): void {
    const { failure } = this;
    if (failure !== undefined) addLastWords(failure, end.error);
    this.#finish(failure === undefined ? end : { ...end, error: failure });
    this.#lifecycle.send({ type: 'EXITED' });
  }

  #moved(status: HostStatus): void {
    if (status === 'ready') {
      this.isReady = true;
      this.#setReady();
    }
    if (status === 'draining') this.#endSignal = 'SIGTERM';
    // Given up: it does not end, though it was terminated.
    if (status === 'lost') this.#finish(endWithSignal('SIGKILL', this.failure));
  }

  #finish(end: HostEnd): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#output?.end();
    this.#setFailed(notReady(this.kind, end));
    this.#port.ended(this, end, this.#isWanted);
    this.#setEnded(end);
  }
}

function notReady(kind: string, end: HostEnd): StartFailedError {
  const { error } = end;
  const [host, why] = [`a ${kind} host`, 'it ended before it was ready'];
  if (error instanceof StartFailedError) return new StartFailedError(host, `${why}: ${whyNotStarted(error)}`, { cause: error, canHeal: error.canHeal });
  if (error === undefined) return new StartFailedError(host, `${why}: ${describeExit(hostDown(end))}`);
  const how = error instanceof HostExitError ? describeExit(hostDown(end)) : error.message;
  return new StartFailedError(host, `${why}: ${how}`, { cause: error });
}

const NEVER_LAUNCHED: HostTransport = { send: () => undefined, hasRoom: () => true, terminate: () => undefined };

/** What ended a process goes with the end of its standard error, too. */
function addLastWords(failure: Error & { stderr?: unknown }, atItsEnd: Error | undefined): void {
  const { stderr = '' } = failure;
  if (stderr === '' && atItsEnd instanceof HostExitError) failure.stderr = atItsEnd.stderr;
}

/** Why boot.mjs could not hand over to the library, if that is what the frame says. */
function bootReport(frame: Uint8Array): Error | undefined {
  if (new FrameReader(frame).from !== NO_HOST) return undefined;
  const { message, stack } = JSON.parse(new TextDecoder().decode(frame.subarray(12))) as { message: string; stack: string };
  return Object.assign(new Error(message), { stack });
}

/** Sent in place of a host's number by a boot.mjs that failed. */
export const NO_HOST = 0xffffffff;

/** The program that was started; hosts look for tsx from there. */
function programUrl(): string {
  const program = process.argv[1];
  return program === undefined ? `${pathToFileURL(process.cwd()).href}/` : pathToFileURL(program).href;
}
