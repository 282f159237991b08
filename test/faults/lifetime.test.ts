import { describe, expect, it } from 'vitest';
import { EXACT } from '../support/exact.ts';
import { Program, isAlive, untilDead } from '../support/program.ts';
import { deadline } from '../support/deadline.ts';

describe('a program whose actors are idle', () => {
  // It has heard from them after a pause.
  it.each([
    ['by Node', {}], ['through tsx', { NODE_OPTIONS: '--import tsx' }],
  ])('waits for what it has told them, then ends by itself and runs their stop: all hosts are unref’ed while idle; loaded %s', async (_how, env) => {
    await using program = new Program('test/faults/programs/idle.ts', [], env);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 0, signal: null });

    expect(program.output).toBe(`${EXACT}\n`);
    for (const host of ['local', 'thread', 'process', 'set']) {
      const own = program.events.filter((event) => event.startsWith(`${host} `));
      expect(own).toEqual([`${host} started`, `${host} asked`, `${host} worked`, `${host} stopped: shutdown`]);
    }
  });
});

describe.each(['thread', 'process'])('a program that has started a job on a %s', (host) => {
  it('waits for it', async () => {
    await using program = new Program('test/faults/programs/job.ts', ['job', host]);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 0, signal: null });

    expect(program.output).toBe(`nothing left to do\nthe job is done\n${EXACT}\n`);
  });

  it('ends it when it is a daemon, be it in an endless loop', async () => {
    await using program = new Program('test/faults/programs/job.ts', ['daemon', host]);
    await program.printed(/nothing left to do/);

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 0, signal: null });
  });

  it.each(['awaited', 'read'])('waits for a daemon whose end or results it waits for: %s', async (how) => {
    await using program = new Program('test/faults/programs/job.ts', [`${how} daemon`, host]);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 0, signal: null });

    expect(program.output).toBe(`the job is done\nnothing left to do\n${EXACT}\n`);
  });
});

describe('a program that waits for timers', () => {
  it('goes on until the last one has run, on all hosts; idle timers and those that never come do not count', async () => {
    await using program = new Program('test/faults/programs/timers.ts');

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 0, signal: null });

    for (const host of ['local', 'thread', 'process']) {
      const own = program.events.filter((event) => event.startsWith(`${host} `));
      expect(own).toEqual(['tick 1', 'tick 2', 'tick 3', 'after', 'stopped: shutdown'].map((text) => `${host} ${text}`));
    }
  });
});

describe('a program that has waited in vain, and for room in a mailbox', () => {
  it('ends by itself', async () => {
    await using program = new Program('test/faults/programs/drained.ts');

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 0, signal: null });

    expect(program.output).toBe(`nothing\ndrained\n${EXACT}\n`);
  });
});

describe('a parent killed by SIGKILL, SIGTERM or SIGINT leaves no orphan behind', () => {
  it.each([
    ['idle', 'SIGKILL'], ['timers', 'SIGKILL'], ['loop', 'SIGKILL'], ['timers', 'SIGTERM'], ['loop', 'SIGTERM'], ['timers', 'SIGINT'],
  ] as const)('a process host that is or has %s, by %s', async (state, signal) => {
    await using program = new Program('test/faults/programs/parent.ts', [state]);
    const pid = Number((await program.printed(/pid (\d+)/))[1]);
    expect(isAlive(pid)).toBe(true);

    program.signal(signal);
    expect(await program.ended).toEqual({ code: null, signal });

    await untilDead(pid);
  });
});

describe.concurrent('run() and signals', () => {
  it.each([
    { signal: 'SIGTERM', to: 'the program' },
    { signal: 'SIGINT', to: 'all its processes (Ctrl-C)' },
  ] as const)('stops the tree in reverse order on $signal to $to, and ends with 0', async ({ signal, to }) => {
    await using program = new Program('test/faults/programs/tree.ts');
    await program.printed(/ready/);

    if (to === 'the program') program.signal(signal);
    else program.signalGroup(signal);

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 0, signal: null });
    expect(program.output).toContain(`${signal}: stopping; once more kills`);
    expect(program.output).toContain('done 0 normal');
    expect(program.events).toEqual([
      'first started', 'second started', 'third started',
      'third stopped: shutdown', 'second stopped: shutdown', 'first stopped: shutdown',
    ]);
  });

  it('kills on a second signal, says so, and ends with 128 + n', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['stubborn']);
    await program.printed(/ready/);

    program.signal('SIGINT');
    await program.printed(/once more kills/);
    program.signal('SIGINT');

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 130, signal: null });
    expect(program.output).toContain('SIGINT again: killed');
    expect(program.output).toContain('done 130 killed');
  });

  it('kills what has not stopped within grace, and ends with 1', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['short']);
    await program.printed(/ready/);

    program.signal('SIGTERM');

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 1, signal: null });
    expect(program.output).toMatch(/done 1 \w+/);
  });

  it('stops what has started when a signal comes during the start', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['slow']);
    while (!program.events.includes('third started')) await new Promise((resolve) => setTimeout(resolve, 10));

    program.signal('SIGTERM');

    expect(await deadline(program.ended, 'the program ends', 2_000)).toEqual({ code: 3, signal: null });
    expect(program.output).toContain('not started: Cannot start "program": it was stopped by SIGTERM');
    expect(program.events.slice(3)).toEqual(['second stopped: shutdown', 'first stopped: shutdown']);
  });

  it('ends with 1 when the tree gives up', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['crash']);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 1, signal: null });
    expect(program.output).toContain('program/third crashed: Error: crash on request');
    expect(program.output).toContain('done 1 intensity');
  });
});
