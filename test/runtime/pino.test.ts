import { describe, expect, it } from 'vitest';
import { pino } from 'pino';
import { child, createSystem, run, supervisor } from '../../index.ts';
import { Scribe } from '../support/actors/scribe.ts';
import { failureOf } from '../support/failure-of.ts';

/** A pino logger, and the lines that it writes. */
function pinoWith(level: string) {
  const lines: string[] = [];
  return { lines, log: pino({ level }, { write: (line: string) => void lines.push(line.trim()) }) };
}

const read = (line: string | undefined): unknown => JSON.parse(line ?? '');

describe('a pino logger', () => {
  it('plugs into a system as it is: fields, errors and texts are where pino has them, and nothing is there twice', async () => {
    const { lines, log } = pinoWith('debug');
    await using system = createSystem({ log });
    const scribe = await system.spawn(Scribe, { name: 'scribe' });

    await scribe.ask.writeFields({ pages: 3 }, 'has written');
    await scribe.ask.writeError('not done');

    expect(read(lines[0])).toMatchObject({ level: 30, actor: 'scribe', incarnation: 1, host: { kind: 'local' }, seq: 1, pages: 3, msg: 'has written' });
    expect(read(lines[1])).toMatchObject({
      level: 50, err: { type: 'RangeError', code: 'NO_INK', stack: expect.stringMatching(/scribe\.ts/) as string }, msg: 'not done',
    });
    for (const line of lines) expect(JSON.stringify(JSON.parse(line))).toBe(line);
  });

  it('plugs into run(), and gets the error of a crash', async () => {
    const { lines, log } = pinoWith('info');
    await using system = createSystem({ log: false });
    const app = await run(supervisor({ name: 'office', backoff: false, children: { scribe: child(Scribe, {}) } }), { system, log, signals: false });

    await failureOf(app.children.scribe.ask.leave(0, 'throw'));
    await app.children.scribe.ask.incarnation();
    await app.stop();

    const crash = lines.map(read).find((line) => (line as { level: number }).level === 50);
    expect(crash).toMatchObject({
      actor: 'office/scribe', incarnation: 1, err: { type: 'Error', message: 'torn' }, decision: { kind: 'restart' },
      msg: expect.stringMatching(/^office\/scribe crashed: Error: torn/) as string,
    });
  });

  it('has its own level, and writes no more than the system\'s lets pass', async () => {
    const { lines, log } = pinoWith('warn');
    await using system = createSystem({ log, logLevel: 'debug' });
    const scribe = await system.spawn(Scribe);

    await scribe.ask.writeAll();
    log.level = 'trace';
    system.setLogLevel('error');
    await scribe.ask.writeAll();

    expect(lines.map((line) => (read(line) as { msg: string }).msg)).toEqual(['at warn', 'at error', 'at error']);
  });
});
