import { ChildProcess } from 'node:child_process';
import { describe, expect, it, vi } from 'vitest';
import { Breaking } from '../support/actors/breaking.ts';
import { Program, untilDead } from '../support/program.ts';
import { TestSystem } from '../support/test-system.ts';
import { deadline } from '../support/deadline.ts';

/** SIGTERM lets it stop first, and is tested with the hostile. */
const DEADLY = ['SIGKILL', 'SIGSEGV', 'SIGABRT', 'SIGUSR2', 'SIGQUIT'] as const;

describe('signals and parents: a process host', () => {
  it('killed by a signal is told with it, once, whichever it is', async () => {
    await using system = new TestSystem();
    const told: unknown[] = [];
    system.events.on('host_lost', ({ reason }) => told.push(reason));
    const deaths = DEADLY.map(async (signal) => {
      const ref = await system.spawn(Breaking, { host: 'process' });
      const pid = await ref.ask.pid();
      const asked = ref.ask.block().catch((error: unknown) => error);
      process.kill(pid, signal);
      return [await ref.closed, await asked];
    });

    const outcomes = await deadline(Promise.all(deaths), 'all have died', 4_000);

    const lost = DEADLY.map((signal) => ({ kind: 'host_down', code: null, signal }));
    expect(outcomes).toMatchObject(lost.map((end) => {
      return [end, { name: 'HostDownError', executed: 'maybe', message: expect.stringContaining(end.signal) as string }];
    }));
    expect(told).toHaveLength(DEADLY.length);
    expect(told).toEqual(expect.arrayContaining(lost.map((end) => expect.objectContaining(end) as unknown)));
  });

  it('takes no notice of what a terminal says to the whole group (Ctrl-C), of a debugger’s signal, or of a broken pipe', async () => {
    await using system = new TestSystem();
    const ref = await system.spawn(Breaking, { host: 'process' });

    for (const signal of ['SIGINT', 'SIGHUP', 'SIGPIPE'] as const) await ref.ask.raise(signal);

    expect(await ref.ask.debuggerAfter('SIGUSR1')).toBeUndefined();
    expect(await ref.ask.echo('alive')).toBe('alive');
  });
});

describe('signals and parents: what is sent right after a process is dead', () => {
  it('before anybody knows that is lost with it, and after it is refused: all is counted, and no ask stays open', async () => {
    await using system = new TestSystem();
    const letters: unknown[] = [];
    system.events.on('dead_letter', ({ reason, count }) => letters.push([reason, count]));
    const ref = await system.spawn(Breaking, { host: 'process' });
    process.kill(await ref.ask.pid(), 'SIGKILL');

    const send = (): Promise<unknown>[] => Array.from({ length: 20 }, () => {
      ref.tell.echo('told');
      return ref.ask.echo('asked').catch((error: unknown) => error);
    });
    const before = send();
    const down = await deadline(Promise.all(before), 'all asks reject', 2_000);
    const after = await Promise.all(send());

    expect(down).toMatchObject(Array.from({ length: 20 }, () => ({ name: 'HostDownError', executed: 'maybe' })));
    expect(after).toMatchObject(Array.from({ length: 20 }, () => ({ name: 'ActorStoppedError', executed: 'no' })));
    expect(letters).toEqual([['host_down', 20], ...Array.from({ length: 20 }, () => ['stopped', 1])]);
    expect(system.account).toMatchObject({ sent: 81, handled: 1, rejected: 40, deadLetters: 40, queued: 0 });
  });

  it('is no signal: its pid may be reused by now', async () => {
    await using system = new TestSystem();
    const ref = await system.spawn(Breaking, { host: 'process' });
    process.kill(await ref.ask.pid(), 'SIGKILL');
    await deadline(ref.closed, 'it is lost', 2_000);
    const signals = [vi.spyOn(ChildProcess.prototype, 'kill'), vi.spyOn(process, 'kill')];

    ref.kill();
    await ref.stop();
    await system.kill();

    for (const signal of signals) {
      expect(signal).not.toHaveBeenCalled();
      signal.mockRestore();
    }
  });
});

describe('signals and parents: a worker that calls process.kill(process.pid)', () => {
  it.concurrent('stops the whole program in order with SIGTERM', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['raise', 'SIGTERM']);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: 0, signal: null });
    expect(program.events.slice(3)).toEqual(['third stopped: shutdown', 'second stopped: shutdown', 'first stopped: shutdown']);
  });

  it.concurrent('takes the whole program along with a segfault, as a native addon would; no process of it is left', async () => {
    await using program = new Program('test/faults/programs/tree.ts', ['raise', 'SIGSEGV']);
    const pid = Number((await program.printed(/pid (\d+)/))[1]);

    expect(await deadline(program.ended, 'the program ends', 4_000)).toEqual({ code: null, signal: 'SIGSEGV' });
    await untilDead(pid);
  });
});
