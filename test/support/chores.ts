import { currentActor, sendable, tasks, transfer } from '../../index.ts';

/** Tasks that misbehave. */
export const { echo, fail, exit, abort, spin, sleep, unsendable, hostOf, stray, flaky, flakyOnce, note, lengthOf, spinBelow, throwOdd, unsendableBelow, negative, die, giveIrrevocable, hang } = tasks(import.meta, {
  echo: <T>(value: T): T => value,
  fail(what: string): never { throw new RangeError(what); },
  exit(code: number): number { return process.exit(code); },
  abort(): number {
    process.kill(process.pid, 'SIGKILL');
    return 0;
  },
  /** Its host dies after a while, and it hopes to be done by then. */
  die(ms: number): number {
    setTimeout(() => {
      if (currentActor()?.host.kind === 'process') process.kill(process.pid, 'SIGKILL');
      else process.exit(1);
    }, ms);
    return ms;
  },
  spin(): number { for (;;); },
  lengthOf: (text: string): number => text.length,
  /** Loops for ever for numbers below 0. */
  spinBelow(n: number): number {
    if (n >= 0) return n;
    for (;;);
  },
  throwOdd(): never { throw Object.assign(new Odd('odd'), { run: () => 1, cause: new WeakMap() }); },
  async sleep(ms: number, value: unknown = ms): Promise<unknown> {
    await currentActor()?.sleep(ms);
    return value;
  },
  /** Gives its bytes back, inverted: they move. */
  negative(bytes: Uint8Array): Uint8Array {
    for (let i = 0; i < bytes.length; i++) bytes[i] = 255 - (bytes[i] as number);
    return transfer(bytes, [bytes.buffer as ArrayBuffer]);
  },
  /** Gives, or throws, what can be sent, but not be made anew. */
  giveIrrevocable(isThrown: boolean): unknown {
    const value = new Irrevocable();
    if (isThrown) throw Object.assign(new RangeError('no way'), { value });
    return value;
  },
  hang: (): Promise<never> => new Promise(() => {}),
  unsendable: (): unknown => ({ deep: { run: () => 1 } }),
  unsendableBelow: (n: number): unknown => n < 0 ? () => n : n,
  hostOf: (): string => String(currentActor()?.name),
  /** Fails so many times for each key. */
  flaky(key: string, times: number): number { return countTry(key, times); },
  flakyOnce(key: string): number { return countTry(key, 1); },
  /** Notes that it was called, for those who run in this thread. */
  note(key: number): number {
    NOTED.push(key);
    return key * key;
  },
  async stray(ms: number): Promise<void> {
    void Promise.reject(new Error('left behind'));
    await currentActor()?.sleep(ms);
  },
});

export const NOTED: number[] = [];
const tries = new Map<string, number>();

function countTry(key: string, times: number): number {
  const count = (tries.get(key) ?? 0) + 1;
  tries.set(key, count);
  if (count <= times) throw new Error(`try ${count}`);
  return count;
}

class Irrevocable {
  readonly n = 1;
}
sendable(import.meta, Irrevocable, { toData: ({ n }) => n, fromData(): never { throw new Error('no instance'); } });

class Odd extends Error {
  override readonly name = 'Odd';
  get length(): number { throw new Error('no length'); }
}
