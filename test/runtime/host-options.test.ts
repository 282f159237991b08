import { tmpdir } from 'node:os';
import { realpathSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { beforeAll, describe, expect, it } from 'vitest';
import type { HostOptions } from '../../index.ts';
import { actor, child, run, supervisor } from '../../index.ts';
import { Counter } from '../support/actors/counter.ts';
import { Breaking } from '../support/actors/breaking.ts';
import { Family } from '../support/family.ts';

const family = new Family();
const SECRET = 'TROUPE_TEST_SECRET';
const FOLDER = realpathSync(tmpdir());

beforeAll(() => { process.env[SECRET] = 'of the program'; });

const Listener = actor(import.meta, {
  name: 'listener',
  init() {
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => { end = resolve; });
    return { heard: { stdout: '', stderr: '' }, ended, end };
  },
  handlers: {
    output({ state }, stream: 'stdout' | 'stderr', text: string | undefined): void {
      if (text === undefined) state.end();
      else state.heard[stream] += text;
    },
    async heard({ state }): Promise<{ stdout: string; stderr: string }> {
      await state.ended;
      return state.heard;
    },
  },
  concurrency: 2,
});

describe('what a host prints', () => {
  it.each(['thread', 'process'] as const)('is told an actor that it is given as output: %s', async (host) => {
    const listener = await family.system.spawn(Listener);
    const ref = await family.system.spawn(Breaking, { host, output: listener });

    await ref.ask.print('it', 10, 'go on');
    await ref.stop();

    const { stdout, stderr } = await listener.ask.heard();
    expect(stdout.match(/^it out \d+/gm)).toHaveLength(10);
    expect(stderr.match(/^it err \d+/gm)).toHaveLength(10);
  });

  it('is told nobody who does not listen', async () => {
    const counter = await family.system.spawn(Counter, { input: { start: 0 } });

    await expect(family.system.spawn(Breaking, { host: 'thread', output: counter as never })).rejects.toMatchObject({ code: 'TROUPE_UNKNOWN_HANDLER' });
  });
});

describe('the environment of a host', () => {
  it.each(['thread', 'process'] as const)('has what every host needs, and no secret of the program unless it is named: %s', async (host) => {
    const seen = async (env: HostOptions['env']): Promise<unknown[]> => {
      const ref = await family.system.spawn(Breaking, { host, ...env === undefined ? {} : { env } });
      return [await ref.ask.variable('PATH') === process.env['PATH'], await ref.ask.variable(SECRET), await ref.ask.variable('EXTRA'), await ref.ask.variable('HOME')];
    };
    const home = process.env['HOME'];

    const all = await Promise.all([seen(undefined), seen({ EXTRA: 'extra', HOME: undefined }), seen('inherit'), seen(process.env)]);

    expect(all).toEqual([
      [true, undefined, undefined, home],
      [true, undefined, 'extra', undefined],
      [true, 'of the program', undefined, home],
      [true, 'of the program', undefined, home],
    ]);
  });
});

describe('the options of a host', () => {
  it('are those of each that follows it', async () => {
    const options = { host: 'process', env: { EXTRA: 'extra' }, cwd: FOLDER, execArgv: ['--no-deprecation'], memory: '200MB' } as const;
    const app = await run(supervisor({ backoff: false, children: { d: child(Breaking, options) } }), { system: family.system, log: false, signals: false });
    const { d } = app.children;
    const seen = async (): Promise<unknown[]> => [await d.ask.variable('EXTRA'), await d.ask.folder(), (await d.ask.execArgv()).filter((arg) => /memory|max-old|deprecation/.test(arg))];
    const before = await seen();

    await expect(d.ask.exit(1)).rejects.toMatchObject({ name: 'HostDownError' });

    expect(before).toEqual(['extra', FOLDER, ['--max-old-space-size=200', '--no-deprecation']]);
    expect(await seen()).toEqual(before);
  });

  it('of the program that would be bad execArgv in a worker, as --max-old-space-size, are overlooked for threads', async () => {
    const ref = await family.system.spawn(Breaking, { host: 'thread', env: { NODE_OPTIONS: '--max-old-space-size=200' } });

    expect(await ref.ask.pid()).toBe(process.pid);
  });

  it.each([
    ['/no/such/folder', 'doesn\'t exist'], [fileURLToPath(import.meta.url), 'isn\'t a folder'],
  ])('end the start with a text that says what is wrong with its folder: %s', async (cwd, text) => {
    await expect(family.system.spawn(Breaking, { host: 'process', cwd })).rejects.toMatchObject({
      name: 'StartFailedError', message: expect.stringContaining(`its folder ${JSON.stringify(cwd)} ${text}`) as string,
    });
  });

  it('end the start with what Node said last of a preload that fails', async () => {
    const preload = `${family.file}.mjs`;
    writeFileSync(preload, 'throw new RangeError("no such region");\n');

    await expect(family.system.spawn(Breaking, { host: 'process', execArgv: ['--import', pathToFileURL(preload).href] })).rejects.toMatchObject({
      message: expect.stringContaining('its standard error ended with "RangeError: no such region"') as string,
    });
  });

  it.each<[HostOptions & { host: 'local' | 'thread' | 'process' }, string]>([
    [{ host: 'local', memory: '64MB' }, 'memory: expected nothing: host "local" is a thread that runs already'],
    [{ host: 'thread', cwd: '/' }, 'cwd: expected nothing: only a process has one'],
    [{ host: 'thread', execArgv: [] }, 'execArgv: expected nothing: only a process has one'],
    [{ host: 'process', cwd: '' }, 'cwd: expected the path of a folder, got ""'],
    [{ host: 'process', env: 'all' as 'inherit' }, 'env: expected "inherit" or an object, got "all"'],
    [{ host: 'process', env: { PORT: 80 as never } }, 'env.PORT: expected a text, got 80'],
    [{ host: 'process', env: { '': 'x' } }, 'env: expected names that are not empty and have no "=" or NUL, got ""'],
    [{ host: 'process', env: { 'A=B': 'x' } }, 'env: expected names that are not empty and have no "=" or NUL, got "A=B"'],
    [{ host: 'thread', env: { 'A\0': undefined } }, 'env: expected names that are not empty and have no "=" or NUL, got "A\\u0000"'],
    [{ host: 'thread', env: { A: 'x\0' } }, 'env.A: expected a text without NUL'],
    [{ host: 'process', memory: '1MB' }, 'memory: expected at least 32 MB: a host takes some itself, got "1MB"'],
    [{ host: 'process', execArgv: ['--max-old-space-size=64'] }, 'execArgv[0]: expected no limit of memory, got "--max-old-space-size=64": use the option memory instead'],
    [{ host: 'process', memory: 64 }, 'memory: expected at least 32 MB: a host takes some itself, got 64: a number counts bytes, write \'64MB\''],
    [{ host: 'thread', output: 'capture' as never }, 'output: expected the ref of an actor that has the handler output(stream, text), got "capture"'],
    [{ host: 'process', execArgv: ['--eval', '1'] }, 'execArgv[0]: expected an option that still runs the host'],
    [{ host: 'process', execArgv: ['-'] }, 'execArgv[0]: expected an option that still runs the host'],
    [{ host: 'process', execArgv: ['--no-warnings', '--v8-options'] }, 'execArgv[1]: expected an option that still runs the host'],
    [{ host: 'process', execArgv: ['--completion-bash'] }, 'execArgv[0]: expected an option that still runs the host'],
    [{ host: 'process', execArgv: ['--prof-process'] }, 'execArgv[0]: expected an option that still runs the host'],
    [{ host: 'process', execArgv: ['-r', 'value', 'other.js'] }, 'execArgv[2]: expected one of Node\'s options: the host\'s program is given'],
    [{ host: 'process', execArgv: ['--title=a', 'other.js'] }, 'execArgv[1]: expected one of Node\'s options: the host\'s program is given'],
    [{ host: 'process', execArgv: ['other.js'] }, 'execArgv[0]: expected one of Node\'s options: the host\'s program is given'],
  ])('are refused when they make no sense: %o', async (options, text) => {
    await expect(family.system.spawn(Breaking, options)).rejects.toThrow(`Cannot use ${text}`);
    expect(() => child(Breaking, options)).toThrow(`Cannot use ${text}`);
  });

  it('are refused for a definition that can live nowhere else', async () => {
    const Here = actor({ init: () => null, handlers: {} });
    await expect(family.system.spawn(Here, { memory: '64MB' })).rejects.toMatchObject({ code: 'TROUPE_INVALID_OPTION' });
  });

  it.each(['thread', 'process'] as const)('leave room for a host with the least memory: %s', async (host) => {
    const counter = await family.system.spawn(Counter, { input: { start: 1 }, host, memory: '32MB' });

    expect(await counter.ask.value()).toBe(1);
  });
});
