import { currentActor, tasks } from '../../index.ts';

/** Tasks that misbehave. */
export const { echo, fail, exit, abort, spin, sleep, unsendable, hostOf, stray } = tasks(import.meta, {
  echo: <T>(value: T): T => value,
  fail(what: string): never { throw new RangeError(what); },
  exit(code: number): number { return process.exit(code); },
  abort(): number {
    process.kill(process.pid, 'SIGKILL');
    return 0;
  },
  spin(): number { for (;;); },
  async sleep(ms: number, value: unknown = ms): Promise<unknown> {
    await currentActor()?.sleep(ms);
    return value;
  },
  unsendable: (): unknown => ({ deep: { run: () => 1 } }),
  hostOf: (): string => String(currentActor()?.name),
  async stray(ms: number): Promise<void> {
    void Promise.reject(new Error('left behind'));
    await currentActor()?.sleep(ms);
  },
});
