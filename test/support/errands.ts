import { currentActor, currentJob, tasks } from '../../index.ts';

/** Tasks that do what jobs can do, or fail in every way. */
export const errands = tasks(import.meta, {
  /** Adds up what it is sent, until no more comes. */
  async addUp(): Promise<number> {
    let sum = 0;
    for await (const n of currentJob<number>()?.messages ?? []) sum += n;
    return sum;
  },
  /** Reads one message, and goes on with something else. */
  async readOne(ms: number): Promise<number> {
    let first = 0;
    for await (first of currentJob<number>()?.messages ?? []) break;
    await currentActor()?.sleep(ms);
    return first;
  },
  /** Never reads what it is sent. */
  async ignore(ms: number): Promise<void> { await currentActor()?.sleep(ms); },
  async printLater(ms: number): Promise<void> {
    await currentActor()?.sleep(ms);
    console.log('the job is done');
  },
  /** Prints, and leaves at once. */
  printAndExit(lines: number): void {
    for (let i = 1; i <= lines; i++) console.log(`line ${i} ä`);
    console.error('an error');
    process.exit(7);
  },
  async *count(to: number): AsyncGenerator<number, string> {
    for (let n = 1; n <= to; n++) yield n;
    return `counted to ${to}`;
  },
  *countSync(to: number): Generator<number, string> {
    for (let n = 1; n <= to; n++) yield n;
    return `counted to ${to}`;
  },
  async *yieldLater(ms: number): AsyncGenerator<string> {
    await currentActor()?.sleep(ms);
    yield 'the job is done';
  },
  async *breakOff(after: number): AsyncGenerator<number, void> {
    for (let n = 1; n <= after; n++) yield n;
    throw new RangeError('no more');
  },
  async report(steps: number, everyMs: number): Promise<void> {
    for (let i = 1; i <= steps; i++) {
      currentJob()?.progress(i, steps, `step ${i}`);
      await currentActor()?.sleep(everyMs);
    }
  },
  /** Reports, and computes on without ever waiting. */
  reportAndSpin(): void {
    currentJob()?.progress(1, 2);
    for (;;);
  },
  whoAmI: (): string => currentJob()?.name ?? 'nobody',
  async whoAmILater(): Promise<string> {
    await Promise.resolve();
    return currentJob()?.name ?? 'nobody';
  },
  /** Waits until it is to end, and says why. */
  async waitForEnd(): Promise<string> {
    const signal = currentJob()?.signal;
    if (signal?.aborted === false) await new Promise((resolve) => { signal.addEventListener('abort', resolve); });
    return String(signal?.reason);
  },
  hang: (): Promise<never> => new Promise(() => {}),
  spin(): void { for (;;); },
  fail(): never { throw Object.assign(new RangeError('too much'), { limit: 3 }); },
  failWithText(): never { throw 'just a text'; }, // oxlint-disable-line no-throw-literal, only-throw-error
  failWithNothing(): never { throw undefined; }, // oxlint-disable-line no-throw-literal, only-throw-error
  failStrangely(): never { throw new Proxy({}, { get() { throw new Error('no'); }, getPrototypeOf() { throw new Error('no'); } }); }, // oxlint-disable-line no-throw-literal, only-throw-error
  exit(code: number): void { process.exit(code); },
  killItself(): Promise<never> {
    process.kill(process.pid, 'SIGKILL');
    return new Promise(() => {});
  },
  giveFunction: (): unknown => ({ run: () => 1 }),
  /** What it leaves behind fails when it is long done waiting. */
  leaveRejection(): Promise<never> {
    void Promise.reject(new TypeError('left behind'));
    return new Promise(() => {});
  },
});
