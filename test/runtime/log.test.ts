import { describe, expect, it, vi } from 'vitest';
import type { LogEntry, LogLevel, Logger } from '../../index.ts';
import type { TestKit } from '../../testing/index.ts';
import { child, createSystem, run, supervisor } from '../../index.ts';
import { LoneKernel } from '../support/lone-kernel.ts';
import { Scribe } from '../support/actors/scribe.ts';
import { failureOf } from '../support/failure-of.ts';
import { until } from '../support/until.ts';
import { testKit } from '../../testing/index.ts';

const PLACES = ['local', 'thread', 'process'] as const;

function entriesOf(kit: TestKit): LogEntry[] {
  return kit.events.flatMap(({ name, event }) => name === 'log' ? [event] : []);
}

/** A logger of pino's shape, at a level of its own, and what it has written. */
class Notes implements Logger {
  readonly written: [level: LogLevel, fields: object, text: string][] = [];
  level: LogLevel = 'debug';

  debug(fields: object, text: string): void { if (this.level === 'debug') this.written.push(['debug', fields, text]); }
  info(fields: object, text: string): void { if (this.level !== 'warn') this.written.push(['info', fields, text]); }
  warn(fields: object, text: string): void { this.written.push(['warn', fields, text]); }
  error(fields: object, text: string): void { this.written.push(['error', fields, text]); }

  get lines(): string[] { return this.written.map(([level, , text]) => `${level} ${text.split('\n')[0]}`); }
}

/** What is written to standard error meanwhile. */
async function errorLinesOf(work: () => Promise<void>): Promise<string[]> {
  const written: string[] = [];
  const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => written.push(String(text)) > 0);
  try {
    await work();
  } finally {
    spy.mockRestore();
  }
  return written;
}

describe.each(PLACES)('an entry of an actor\'s log (%s)', (host) => {
  it('has its level, its time, the actor with its life and its host, its number in that life, fields and a text', async () => {
    await using kit = await testKit({ wallStart: 1_000 });
    const scribe = await kit.spawn(Scribe, { host, name: 'scribe' });
    await kit.clock.advance('5s');

    await kit.clock.until(scribe.ask.writeFields({ pages: 3 }, 'has written'));

    const where = await kit.clock.until(scribe.ask.where());
    expect(entriesOf(kit)).toEqual([{
      level: 'info', actor: 'scribe', incarnation: 1, host: where, seq: 1, at: 1_000 + kit.clock.now(), message: 'has written', fields: { pages: 3 },
    }]);
    expect(where.kind).toBe(host);
  });

  it('comes in order, before the report of its actor\'s crash, and the next life counts anew', async () => {
    await using kit = await testKit();
    const app = await kit.run(supervisor({ name: 'office', children: { scribe: child(Scribe, { host }) } }));
    const { scribe } = app.children;

    scribe.tell.leave(3, 'throw');
    scribe.tell.write('info', 'again');
    await kit.clock.advance('1m');

    const told = kit.events.flatMap(({ name, event }) => (
      name === 'log' ? [`${event.incarnation}.${event.seq} ${event.message}`] : name === 'crash_report' ? ['crash'] : []));
    const before = [1, 2, 3].map((i) => `1.${i} before the end`);
    expect(told).toEqual([...before, '1.4 stops', 'crash', '2.1 again']);
    await kit.clock.until(app.stop());
  });

  it('keeps an error with its class, stack, code and cause', async () => {
    await using kit = await testKit();
    const scribe = await kit.spawn(Scribe, { host });

    await kit.clock.until(scribe.ask.writeError('not done'));
    await kit.clock.until(scribe.ask.writeError());

    const [entry, alone] = entriesOf(kit);
    const err: unknown = expect.objectContaining({ name: 'RangeError', message: 'out of ink', code: 'NO_INK', cause: new Error('it was spilt') });
    expect(entry).toMatchObject({ message: 'not done', fields: { err, pages: 3 } });
    const { err: received } = { ...entry?.fields } as { err?: Error };
    expect(received).toBeInstanceOf(RangeError);
    expect(received?.stack).toMatch(/scribe\.ts/);
    expect(alone).toMatchObject({ message: 'out of ink', fields: { err } });
  });

  it('has a short text for what can\'t be sent', async () => {
    await using kit = await testKit();
    const scribe = await kit.spawn(Scribe, { host });

    for (const what of ['mixed', 'getter', 'cycle']) await kit.clock.until(scribe.ask.writeRubbish(what));

    const [mixed, getter, cycle] = entriesOf(kit).filter(({ message }) => message === 'rubbish').map(({ fields }) => fields as Record<string, unknown>);
    expect(mixed).toEqual({ ok: 1, name: '[Symbol(ink)]', ink: '[an instance of Ink]', weak: expect.stringMatching(/^\[.*\]$/) as string });
    expect(getter).toEqual({ ok: 1 });
    expect(cycle).toMatchObject({ ok: 1, self: { ok: 1 } });
  });

  it('is made of any rubbish, and harms nobody', async () => {
    await using kit = await testKit();
    const scribe = await kit.spawn(Scribe, { host });

    for (const what of ['getter', 'proxy', 'mixed', 'cycle', 'text', 'number', 'nothing', 'symbol']) {
      await kit.clock.until(scribe.ask.writeRubbish(what));
    }

    expect(entriesOf(kit)).toHaveLength(8 * 4);
    expect(kit.crashReports).toEqual([]);
    expect(await kit.clock.until(scribe.ask.incarnation())).toBe(1);
  });

  it('has the fields of its log, which may be a child of the actor\'s', async () => {
    await using kit = await testKit();
    const scribe = await kit.spawn(Scribe, { host });

    await kit.clock.until(scribe.ask.writeAsChild());

    expect(entriesOf(kit).map(({ seq, message, fields }) => [seq, message, fields])).toEqual([
      [1, 'as a child', { book: 'ledger', page: 2 }],
      [2, 'as a grandchild', { book: 'ledger', page: 1, line: 3 }],
      [3, 'as itself', {}],
    ]);
  });
});

describe('the level of a log', () => {
  it('keeps what is below it at its source: nothing is sent', async () => {
    const lone = new LoneKernel();
    const levels = async (level?: LogLevel | 'silent'): Promise<unknown[]> => {
      if (level !== undefined) lone.obey({ type: 'log_level', level });
      const from = lone.requests.length;
      await lone.ref(Scribe, 10).ask.writeAll();
      return lone.requests.slice(from).flatMap((request) => request.type === 'log' ? [request.entry.level] : []);
    };
    lone.start(Scribe, 10, 1);
    await until(() => lone.lives.length > 0);

    expect(await levels()).toEqual(['info', 'warn', 'error']);
    expect(await levels('debug')).toEqual(['debug', 'info', 'warn', 'error']);
    expect(await levels('error')).toEqual(['error']);
    expect(await levels('silent')).toEqual([]);
  });

  it('is changed on every host, ahead of what is told there next, and on those that start later', async () => {
    await using kit = await testKit();
    const early = await Promise.all(PLACES.map((host) => kit.spawn(Scribe, { host, name: `early-${host}` })));

    kit.system.setLogLevel('warn');
    for (const scribe of early) scribe.tell.writeAll();
    const late = await Promise.all(PLACES.map((host) => kit.spawn(Scribe, { host, name: `late-${host}` })));
    for (const scribe of late) scribe.tell.writeAll();
    await kit.idle();

    const told = entriesOf(kit).map(({ actor, level }) => `${actor} ${level}`);
    const all = ['early', 'late'].flatMap((when) => PLACES.flatMap((host) => ['warn', 'error'].map((level) => `${when}-${host} ${level}`)));
    expect(told.toSorted()).toEqual(all.toSorted());
    expect(kit.system.logLevel).toBe('warn');
  });

  it('holds for what is under way: nothing below it is written any more', async () => {
    const log = new Notes();
    await using system = createSystem({ log });
    const scribe = await system.spawn(Scribe, { host: 'thread' });
    const written = scribe.ask.write('info', 'under way');
    system.setLogLevel('error');

    await written;

    expect(log.written).toEqual([]);
  });

  it('is info at first', async () => {
    const log = new Notes();
    await using system = createSystem({ log });
    const scribe = await system.spawn(Scribe, { name: 'scribe' });

    await scribe.ask.writeAll();

    expect(log.lines).toEqual(['info at info', 'warn at warn', 'error at error']);
  });

  it('is that of the logger, where that writes less', async () => {
    const log = new Notes();
    log.level = 'warn';
    await using system = createSystem({ log, logLevel: 'debug' });
    const scribe = await system.spawn(Scribe);

    await scribe.ask.writeAll();

    expect(log.lines.filter((line) => line.includes('at '))).toEqual(['warn at warn', 'error at error']);
  });

  it('refuses what is none', async () => {
    await using system = createSystem();

    expect(() => system.setLogLevel('loud' as 'info')).toThrow(/logLevel/);
    expect(() => createSystem({ logLevel: 'trace' as 'info' })).toThrow(/logLevel/);
    expect(() => createSystem({ log: {} as Logger })).toThrow(/a logger, or false/);
    await expect(run(supervisor({ children: {} }), { system, logLevel: 'loud' as 'info' })).rejects.toThrow(/logLevel/);
  });
});

describe('the logger of a system', () => {
  it('gets the fields of an entry behind those that say where it is from', async () => {
    const log = new Notes();
    await using system = createSystem({ log });
    const scribe = await system.spawn(Scribe, { name: 'scribe' });

    await scribe.ask.writeFields({ pages: 3, seq: 'mine' }, 'has written');

    const host = await scribe.ask.where();
    expect(log.written).toEqual([['info', { actor: 'scribe', incarnation: 1, host, seq: 'mine', at: expect.any(Number) as number, pages: 3 }, 'has written']]);
  });

  it('may throw or reject: its entries are lines on standard error then', async () => {
    const broken = (): never => { throw new Error('disk full'); };
    const log = { debug: broken, info: broken, warn: () => Promise.reject(new Error('far away')), error: broken };
    const lines = await errorLinesOf(async () => {
      await using system = createSystem({ log });
      const scribe = await system.spawn(Scribe);
      await scribe.ask.writeAll();
      expect(await scribe.ask.incarnation()).toBe(1);
    });

    expect(lines.map((line) => line.slice(25).trimEnd())).toEqual([
      'info  at info [the logger failed: disk full]',
      'error at error [the logger failed: disk full]',
      'warn  at warn [the logger failed: far away]',
      'info  stops [the logger failed: disk full]',
    ]);
  });

  it('is standard error by default: a line for each entry, with its actor, its fields and an error\'s stack', async () => {
    const lines = await errorLinesOf(async () => {
      await using system = createSystem();
      const scribe = await system.spawn(Scribe, { name: 'scribe' });
      await scribe.ask.writeAll();
      await scribe.ask.writeError('not done');
    });

    expect(lines).toHaveLength(5);
    expect(lines[1]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z warn {2}scribe: at warn \{ level: 'warn' \}\n$/);
    expect(lines[3]).toMatch(/^\S+ error scribe: not done \{ pages: 3 \}\n {4}RangeError: out of ink\n {8}at /);
  });

  it('is told of a crash that nobody hears of, outside of run()', async () => {
    const log = new Notes();
    await using system = createSystem({ log });
    const [asked, told, killed] = await Promise.all(['asked', 'told', 'killed'].map((name) => system.spawn(Scribe, { name })));

    await failureOf(asked?.ask.leave(0, 'throw') as Promise<void>);
    told?.tell.leave(0, 'throw');
    killed?.kill();
    await Promise.all([asked?.closed, told?.closed, killed?.closed]);

    expect(log.lines.filter((line) => line.startsWith('error'))).toEqual(['error told crashed: Error: torn (incarnation 1); nobody restarts it']);
  });

  it('writes what a tree does that has no log of its own; one that has, writes only that', async () => {
    const [log, own] = [new Notes(), new Notes()];
    await using system = createSystem({ log });
    const tree = (name: string) => supervisor({ name, backoff: false, children: { scribe: child(Scribe, {}) } });
    const shop = await run(tree('shop'), { system, signals: false });
    const office = await run(tree('office'), { system, signals: false, log: own });
    const mute = await run(tree('mute'), { system, signals: false, log: false });

    for (const { children: { scribe } } of [shop, office, mute]) {
      await scribe.ask.write('warn', 'soon');
      await failureOf(scribe.ask.leave(0, 'throw'));
      expect(await scribe.ask.incarnation()).toBe(2);
    }
    for (const app of [shop, office, mute]) await app.stop();

    const lines = (name: string): string[] => [
      'warn soon', 'info stops', `error ${name}/scribe crashed: Error: torn (incarnation 1); it restarts now: restart 1, 2 left`, 'info stops',
    ];
    expect(log.lines).toEqual(lines('shop'));
    expect(own.lines).toEqual(lines('office'));
  });

  it('is told at debug what becomes of actors and hosts', async () => {
    const log = new Notes();
    const system = createSystem({ log });
    system.setLogLevel('debug');
    const scribe = await system.spawn(Scribe, { name: 'scribe', host: 'thread' });
    const id = Number(/thread (\d+) started/.exec(log.lines.join())?.[1]);
    await scribe.stop();
    await system.stop();

    expect(log.lines).toEqual([
      'debug scribe spawned: scribe, thread', `debug thread ${id} started`, 'debug scribe started (incarnation 1)',
      'info stops', 'debug scribe stopped: normal', expect.stringMatching(new RegExp(`^debug thread ${id} ended`)),
    ]);
    expect(log.written.slice(0, 3).map(([, fields]) => fields)).toEqual([
      { actor: 'scribe', host: { kind: 'thread' }, definition: 'scribe' }, { host: { id, kind: 'thread' } }, { actor: 'scribe', incarnation: 1 },
    ]);
  });
});

describe('run({ logLevel })', () => {
  it('sets the level of the system', async () => {
    const log = new Notes();
    await using system = createSystem({ log: false });
    const app = await run(supervisor({ name: 'office', children: { scribe: child(Scribe, {}) } }), { system, log, logLevel: 'debug', signals: false });

    await app.children.scribe.ask.write('debug', 'written');

    expect(log.lines).toContain('debug office/scribe started (incarnation 1)');
    expect(log.lines).toContain('debug written');
    expect(system.logLevel).toBe('debug');
  });
});

describe('a log in a simulation', () => {
  it('is the same for the same seed', async () => {
    const entries = async (): Promise<LogEntry[]> => {
      await using kit = await testKit({ seed: 5, delay: '10ms' });
      const scribes = await Promise.all(PLACES.map((host) => kit.spawn(Scribe, { host })));
      for (const scribe of scribes) scribe.tell.writeAll();
      await kit.clock.advance('1s');
      return entriesOf(kit);
    };

    const first = await entries();

    expect(first).toHaveLength(12);
    expect(await entries()).toEqual(first);
  });
});
