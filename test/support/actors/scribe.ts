import { actor, setLogLevel, type LogLevel } from '../../../index.ts';

class Ink {
  readonly colour = 'blue';
}

/** What no log is made for. */
const RUBBISH: Readonly<Record<string, () => unknown>> = {
  getter: () => ({ ok: 1, get broken(): never { throw new Error('no getter'); } }),
  proxy: () => new Proxy({}, { ownKeys() { throw new Error('no keys'); } }),
  mixed: () => ({ ok: 1, run: () => 1, name: Symbol('ink'), ink: new Ink(), weak: new WeakMap() }),
  cycle: () => {
    const cycle: Record<string, unknown> = { ok: 1 };
    cycle.self = cycle;
    return cycle;
  },
  text: () => 'a text',
  number: () => 7,
  nothing: () => undefined,
  symbol: () => Symbol('ink'),
};

/** Writes a log. */
export const Scribe = actor(import.meta, {
  name: 'scribe',
  init: (_input: undefined) => ({}),
  handlers: {
    write(ctx, level: LogLevel, ...texts: string[]): void { for (const text of texts) ctx.log[level](text); },
    writeFields(ctx, fields: Record<string, unknown>, text: string): void { ctx.log.info(fields, text); },
    /** One of each level. */
    writeAll(ctx): void { for (const level of ['debug', 'info', 'warn', 'error'] as const) ctx.log[level]({ level }, `at ${level}`); },
    writeError(ctx, text?: string): void {
      const error = Object.assign(new RangeError('out of ink', { cause: new Error('it was spilt') }), { code: 'NO_INK' });
      if (text === undefined) ctx.log.error(error);
      else ctx.log.error({ err: error, pages: 3 }, text);
    },
    writeRubbish(ctx, what: string): void {
      const { info } = ctx.log as unknown as { readonly info: (...args: unknown[]) => void };
      info(RUBBISH[what]?.(), 'rubbish');
      info({}, RUBBISH[what]?.());
      info(RUBBISH[what]?.());
      (ctx.log.child as (fields: unknown) => typeof ctx.log)(RUBBISH[what]?.()).info('of a child');
    },
    writeAsChild(ctx): void {
      const log = ctx.log.child({ book: 'ledger', page: 1 });
      log.info({ page: 2 }, 'as a child');
      log.child({ line: 3 }).info('as a grandchild');
      ctx.log.info('as itself');
    },
    /** Writes so many entries, then ends as it is told. */
    leave(ctx, entries: number, how: 'throw' | 'exit' | 'SIGKILL' | 'hang'): void {
      for (let i = 1; i <= entries; i++) ctx.log.info({ i }, 'before the end');
      if (how === 'throw') throw new Error('torn');
      if (how === 'exit') process.exit(3);
      if (how === 'SIGKILL') process.kill(process.pid, 'SIGKILL');
      for (;;);
    },
    /** On standard output, not in its log. */
    print(_ctx, line: string, times: number): void { for (let i = 0; i < times; i++) console.log(line); },
    setLevel(): void { setLogLevel('debug'); },
    incarnation: (ctx): number => ctx.incarnation,
    where: (ctx): typeof ctx.host => ctx.host,
  },
  stop(ctx) { ctx.log.info('stops'); },
});
