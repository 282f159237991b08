import type { Socket } from 'node:net';
import { createHash, createSecretKey, randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Address, ChannelOptions, ListenOptions, Listener, PipeEnd, SystemEvents } from '../../index.ts';
import { actor, connect, createSystem, listen, queue, select } from '../../index.ts';
import { VALUES, isSame } from '../support/values.ts';
import { ManualClock } from '../../testing/index.ts';
import { SeededRandom } from '../../testing/seeded-random.ts';
import { PipeUser } from '../support/actors/pipe-user.ts';
import { Porter } from '../support/actors/porter.ts';
import { Program } from '../support/program.ts';
import type { Failure } from '../support/failure-of.ts';
import { failureOf } from '../support/failure-of.ts';
import { readBytes } from '../../actors/listen/frames.ts';
import { shakeHands } from '../../actors/listen/handshake.ts';
import { until } from '../support/until.ts';

const KEY = 'a key that both of them know';
const OTHER_KEY = 'a key that one of them knows';
const CLOSED = { name: 'ClosedError', code: 'TROUPE_CLOSED' };
const TIMEOUT = { code: 'TROUPE_ASK_TIMEOUT' };
const UNREACHABLE = { name: 'AddressError', code: 'TROUPE_UNREACHABLE' };
const WRONG_KEY = { name: 'AuthenticationError', code: 'TROUPE_AUTHENTICATION' };
const PROTOCOL = { name: 'ProtocolError', code: 'TROUPE_PROTOCOL' };

const folder = mkdtempSync(join(tmpdir(), 'troupe-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const newPath = (): string => join(folder, randomUUID().slice(0, 8));
const numbers = (count: number): number[] => Array.from({ length: count }, (_, n) => n);

async function allOf<T>(values: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of values) all.push(value);
  return all;
}

type Options = Partial<ChannelOptions> & { path?: string; port?: number };

/** A listener, and what its system tells. */
class Meeting<S = unknown, R = S> implements AsyncDisposable {
  readonly system;
  readonly logs: SystemEvents['log'][] = [];
  readonly crashes: SystemEvents['crash_report'][] = [];
  listener!: Listener<S, R>;

  constructor(clock?: ManualClock) {
    this.system = createSystem({ log: false, logLevel: 'debug', ...clock && { clock } });
    this.system.events.on('log', (log) => this.logs.push(log));
    this.system.events.on('crash_report', (report) => this.crashes.push(report));
  }

  static async open<S = unknown, R = S>(options: Options = {}, clock?: ManualClock): Promise<Meeting<S, R>> {
    const meeting = new Meeting<S, R>(clock);
    const where = options.port === undefined ? { path: newPath() } : {};
    meeting.listener = await listen({ ...where, key: KEY, system: meeting.system, ...options } as ListenOptions) as unknown as Listener<S, R>;
    return meeting;
  }

  get address(): Address { return this.listener.address; }

  async connect(options: Options = {}): Promise<PipeEnd<R, S>> {
    return await connect({ ...this.address, key: KEY, system: this.system, ...options }) as unknown as PipeEnd<R, S>;
  }

  /** The listener's end, and that of somebody who has connected. */
  async pair(options: Options = {}): Promise<[PipeEnd<S, R>, PipeEnd<R, S>]> {
    const there = await this.connect(options);
    return [await this.listener.accept(), there];
  }

  /** A connection that nobody has said anything on. */
  async stranger(): Promise<Socket> {
    const socket = createConnection(this.address as { path: string });
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    return socket;
  }

  /** One that has proven that it knows the key, and may say what it likes. */
  async insider(): Promise<Socket> {
    const socket = await this.stranger();
    await shakeHands(socket, sideOf(KEY));
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.system.stop();
  }
}

function sideOf(key: string): Parameters<typeof shakeHands>[1] {
  return { isListener: false, address: 'there', key: createSecretKey(Buffer.from(key)), maxBytes: 2 ** 20, id: randomUUID };
}

/** Resolves when the other side has ended the connection. */
async function ended(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed) await once(socket, 'close');
}

describe('two programs that have connected', () => {
  it.each([['a path', {}], ['a port', { port: 0 }]])('send values both ways, in order, at %s', async (_where, address) => {
    await using meeting = await Meeting.open<number, string>(address);
    const [here, there] = await meeting.pair();

    await there.send('a');
    await there.send('b');
    await here.send(1);

    expect([await here.receive(), await here.receive(), await there.receive()]).toEqual(['a', 'b', 1]);
  });

  it('send all that may be sent to a process, and get the same', async () => {
    await using meeting = await Meeting.open();
    const [here, there] = await meeting.pair();
    for (const [name, make] of Object.entries(VALUES)) {
      await here.send(make());

      expect(isSame(await there.receive(), make()), name).toBe(true);
    }
  });

  it('keep 10,000 values in order, and all of a long one', async () => {
    await using meeting = await Meeting.open();
    const [here, there] = await meeting.pair();
    const long = new Uint8Array(5 * 2 ** 20).fill(7);
    const all = allOf(here);

    for (const n of numbers(10_000)) await there.send(n);
    await there.send(long);
    await there.close();

    const received = await all;
    expect(received.slice(0, -1)).toEqual(numbers(10_000));
    expect(Buffer.compare(received.at(-1) as Uint8Array, long)).toBe(0);
  });

  it('get what was sent before the other one closed its end, then the end', async () => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    for (const n of [1, 2, 3]) await here.send(n);
    await here.close();

    expect([await there.receive(), await there.receive(), await there.receive()]).toEqual([1, 2, 3]);
    expect(await failureOf(() => there.receive())).toMatchObject(CLOSED);
    expect(await failureOf(() => there.send(4))).toMatchObject(CLOSED);
    expect(await failureOf(() => here.receive())).toMatchObject(CLOSED);
  });

  it('lose nothing when one closes while the other one sends', async () => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    const flood = failureOf(async () => { for (let n = 0; ; n++) await there.send(n); });
    for (const n of numbers(5_000)) await here.send(n);
    const received = allOf(there);
    await here.close();

    expect(await received).toEqual(numbers(5_000));
    expect(await flood).toMatchObject(CLOSED);
  });

  it('wait for each other: a reader that is slow stops the writer', async () => {
    await using meeting = await Meeting.open<Uint8Array>({ capacity: 4 });
    const [here, there] = await meeting.pair({ capacity: 4 });
    let count = 0;
    const full = await failureOf(async () => { for (;; count++) await there.send(new Uint8Array(2 ** 16).fill(count), { timeout: 200 }); });

    expect(full).toMatchObject(TIMEOUT);
    // Four here, four there, and what sockets keep.
    expect(count).toBeLessThan(64);
    await Promise.all([there.close(), (async () => {
      expect((await allOf(here)).map(([first]) => first)).toEqual(numbers(count));
    })()]);
  });

  it('refuse at once what means nothing elsewhere', async () => {
    await using meeting = await Meeting.open({ maxFrame: 1_000 });
    const [here, there] = await meeting.pair();
    const user = await meeting.system.spawn(PipeUser);
    const refusal = async (value: unknown): Promise<string> => (await failureOf(() => there.send(value))).message;

    expect(await refusal({ done: () => 1 })).toContain('Cannot send a value of a pipe → .done: it is a function');
    expect(await refusal({ to: [user] })).toBe('Cannot send a value of a pipe → .to[0]: it is a ref, which means nothing to another program');
    expect(await refusal(await queue({ system: meeting.system }))).toContain('Cannot send a value of a pipe → .toData(): it is a ref');
    expect(await refusal(new SharedArrayBuffer(8))).toContain('only threads of one program share');
    // What the other side takes counts, too.
    expect(await failureOf(() => there.send('x'.repeat(1_001)))).toMatchObject({ code: 'TROUPE_FRAME_TOO_LARGE', maxBytes: 1_000 });
    await there.send('fine');
    expect(await here.receive()).toBe('fine');
  });

  it('send a value as it is when it is sent', async () => {
    await using meeting = await Meeting.open<number[]>();
    const [here, there] = await meeting.pair();
    const list = [1];
    const sent = here.send(list);
    list.push(2);
    await sent;

    expect(await there.receive()).toEqual([1]);
  });

  it('may have systems that copy all messages', async () => {
    await using system = createSystem({ messages: 'copied' });
    const listener = await listen<number[]>({ path: newPath(), key: KEY, system });
    const there = await connect<number[]>({ ...listener.address, key: KEY, system });
    await there.send([1]);

    expect(await (await listener.accept()).receive()).toEqual([1]);
  });

  it('can be waited for together with others', async () => {
    await using meeting = await Meeting.open<number>();
    const [first, there] = await meeting.pair();
    const [second] = await meeting.pair();
    await there.send(1);

    expect(await select([second, first])).toEqual([first]);
  });
});

describe('the end of a connection', () => {
  it.each(['thread', 'process'] as const)('works where it is sent to (%s)', async (host) => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    const user = await meeting.system.spawn(PipeUser, { host });
    await user.ask.take(there);
    const echoed = user.with({ timeout: Infinity }).ask.echo();

    for (const n of numbers(500)) await here.send(n);
    expect(await here.receive()).toBe(0);
    for (const n of numbers(500).slice(1)) expect(await here.receive()).toBe(2 * n);
    await here.close();

    expect(await echoed).toBe(500);
  });

  it('leaves the thread that its listener lives in', async () => {
    await using system = createSystem();
    const porter = await system.spawn(Porter, { host: 'thread' });
    const address = await porter.ask.open(newPath(), KEY);
    const there = await connect<number>({ ...address, key: KEY, system });
    const here = await porter.ask.next();
    await there.send(1);

    expect(await here.receive()).toBe(1);
    await porter.stop();
    expect(existsSync((address as { path: string }).path)).toBe(false);
    expect(await failureOf(() => there.receive())).toMatchObject(CLOSED);
  });

  it('is closed when the actor that uses it ends', async () => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    const user = await meeting.system.spawn(PipeUser, { host: 'thread' });
    await user.ask.take(there);
    await user.ask.send(1, 2);
    user.kill();

    expect(await allOf(here)).toEqual([1, 2]);
  });

  it('belongs to the actor that has made the connection', async () => {
    await using meeting = await Meeting.open<number>();
    const address = meeting.address;
    const Caller = actor({
      name: 'caller', init: () => ({}),
      handlers: { async call(): Promise<void> { await (await connect<number>({ ...address, key: KEY })).send(7); } },
    });
    const caller = await meeting.system.spawn(Caller);
    await caller.ask.call();
    const here = await meeting.listener.accept();

    expect(await here.receive()).toBe(7);
    await caller.stop();
    expect(await failureOf(() => here.receive())).toMatchObject(CLOSED);
  });

  it('outlives the listener', async () => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    await meeting.listener.close();
    await there.send(1);

    expect(await here.receive()).toBe(1);
  });

  it('leaves nothing behind when both are closed', async () => {
    await using meeting = await Meeting.open<number>();
    const [here, there] = await meeting.pair();
    await Promise.all([here.close(), there.close()]);

    await until(async () => (await meeting.system.activeActors()).length === 1);
    expect(meeting.crashes).toEqual([]);
  });
});

describe('a system that stops', () => {
  it('sends first what was sent before', async () => {
    await using meeting = await Meeting.open<number>();
    await using other = new Meeting();
    const there = await meeting.connect({ system: other.system });
    const here = await meeting.listener.accept();
    for (const n of numbers(1_000)) await there.send(n);
    await other.system.stop();

    expect(await allOf(here)).toEqual(numbers(1_000));
  });

  it('waits no longer than its grace for one that doesn\'t read', async () => {
    const clock = new ManualClock();
    await using meeting = await Meeting.open<Uint8Array>({ capacity: Infinity }, clock);
    const socket = await meeting.insider();
    const here = await meeting.listener.accept();
    for (let i = 0; i < 200; i++) await here.send(new Uint8Array(2 ** 16));
    let isStopped = false;
    void meeting.system.stop().then(() => { isStopped = true; });

    await until(async () => {
      await clock.advance('1s');
      return isStopped;
    });
    await ended(socket);
  });
});

describe('a listener', () => {
  it('accepts in the order of connecting, also those who came before', async () => {
    await using meeting = await Meeting.open<string>();
    for (const name of ['a', 'b']) await (await meeting.connect()).send(name);
    const names: string[] = [];
    for (let i = 0; i < 2; i++) names.push(await (await meeting.listener.accept()).receive());
    const waiting = [meeting.listener.accept(), meeting.listener.accept()];
    for (const name of ['c', 'd']) await (await meeting.connect()).send(name);
    for (const end of waiting) names.push(await (await end).receive());

    expect(names).toEqual(['a', 'b', 'c', 'd']);
  });

  it('can be iterated over until it is closed', async () => {
    await using meeting = await Meeting.open<string>();
    const names = (async () => {
      const all: string[] = [];
      for await (const end of meeting.listener) {
        all.push(await end.receive());
        if (all.length === 2) void meeting.listener.close();
      }
      return all;
    })();
    for (const name of ['a', 'b']) await (await meeting.connect()).send(name);

    expect(await names).toEqual(['a', 'b']);
  });

  it('loses nobody by a wait that was too short, or was given up', async () => {
    await using meeting = await Meeting.open<string>();
    const controller = new AbortController();

    expect(await failureOf(() => meeting.listener.accept({ timeout: 20 }))).toMatchObject(TIMEOUT);
    const aborted = meeting.listener.accept({ signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    await (await meeting.connect()).send('a');

    expect(await (await meeting.listener.accept()).receive()).toBe('a');
  });

  it('accepts nobody once it is closed, and says so to those who wait', async () => {
    await using meeting = await Meeting.open();
    const waiting = failureOf(() => meeting.listener.accept());
    await meeting.listener.close();
    await meeting.listener.close();

    expect(await waiting).toMatchObject(CLOSED);
    expect(await failureOf(() => meeting.listener.accept())).toMatchObject({ ...CLOSED, message: 'Cannot accept a connection: the listener is closed' });
    expect(await failureOf(() => meeting.connect())).toMatchObject(UNREACHABLE);
  });

  it('turns those away whom nobody has accepted when it is closed', async () => {
    await using meeting = await Meeting.open();
    const there = await meeting.connect();
    await meeting.listener.close();

    expect(await failureOf(() => there.receive())).toMatchObject(CLOSED);
  });

  it('prints where it listens', async () => {
    await using meeting = await Meeting.open({ port: 0 });

    expect(String(meeting.listener)).toMatch(/^Listener\(127\.0\.0\.1:\d+\)$/);
  });
});

describe('an address', () => {
  it('belongs to one listener', async () => {
    await using meeting = await Meeting.open();
    const taken = await failureOf(() => Meeting.open(meeting.address));

    expect(taken).toMatchObject({ name: 'AddressError', code: 'TROUPE_ADDRESS_IN_USE', address: (meeting.address as { path: string }).path });
    await meeting.pair();
  });

  it('belongs to one listener (a port)', async () => {
    await using meeting = await Meeting.open({ port: 0 });

    expect(await failureOf(() => Meeting.open(meeting.address))).toMatchObject({ code: 'TROUPE_ADDRESS_IN_USE' });
  });

  it('is a file for this user alone, gone with its listener', async () => {
    const path = newPath();
    const meeting = await Meeting.open({ path });
    const { mode } = statSync(path);
    await meeting.listener.close();

    expect(mode & 0o777).toBe(0o600);
    expect(existsSync(path)).toBe(false);
    await meeting.system.stop();
  });

  it('that a dead program has left behind is free', async () => {
    const path = newPath();
    await using program = new Program('test/actors/programs/talker.ts', [path, KEY, 'serve']);
    await program.printed(/listens/);
    program.signal('SIGKILL');
    await program.ended;

    expect(existsSync(path)).toBe(true);
    await using meeting = await Meeting.open({ path });
    await meeting.pair();
  });

  it('is never taken from a file that is something else', async () => {
    const path = newPath();
    writeFileSync(path, 'mine');

    expect(await failureOf(() => Meeting.open({ path }))).toMatchObject({ code: 'TROUPE_ADDRESS_IN_USE' });
    expect(readFileSync(path, 'utf8')).toBe('mine');
  });

  it('has to be one', async () => {
    const bad = async (options: object): Promise<string> => (await failureOf(() => listen({ key: KEY, ...options } as never))).message;

    expect(await failureOf(() => listen({ path: join(folder, 'no', 'such', 'folder'), key: KEY }))).toMatchObject({ code: 'TROUPE_ADDRESS_UNUSABLE' });
    expect(await bad({})).toBe('Cannot use port: expected a port, or a path instead, got undefined');
    expect(await bad({ port: 70_000 })).toContain('expected a port');
    expect(await bad({ path: '' })).toContain('expected the path of a socket, got ""');
    expect(await bad({ path: '\0abstract' })).toContain('expected the path of a socket');
    expect(await bad({ path: '/a', port: 1 })).toContain('expected a path alone, without port and host');
    expect(await bad({ port: 0, host: '0.0.0.0' })).toContain('expected "127.0.0.1" or "::1" or "localhost", got "0.0.0.0"');
    expect(await bad({ port: 0, key: '' })).toBe('Cannot use key: expected at least 16 bytes, got "0 bytes"');
    expect(await bad({ port: 0, key: 'too short' })).not.toContain('too short');
    expect(await bad({ port: 0, key: undefined })).toContain('expected a text or bytes');
    expect(await bad({ port: 0, capacity: 0 })).toContain('capacity');
    expect(await bad({ port: 0, maxFrame: '2GB' })).toContain('at most "1GB"');
    expect(await bad({ port: 0, keys: KEY })).toContain('only path, port, host, key');
  });

  it('is unreachable when nobody listens there', async () => {
    const path = newPath();
    const port = await new Promise<number>((resolve) => {
      const server = createServer().listen(0, '127.0.0.1', () => {
        const { port: free } = server.address() as { port: number };
        server.close(() => resolve(free));
      });
    });

    expect(await failureOf(() => connect({ path, key: KEY }))).toMatchObject({ ...UNREACHABLE, address: path });
    expect(await failureOf(() => connect({ port, key: KEY }))).toMatchObject({ ...UNREACHABLE, address: `127.0.0.1:${port}` });
  });
});

describe('a listener meets a stranger', () => {
  it('with another key: both are told, and it goes on', async () => {
    await using meeting = await Meeting.open();

    expect(await failureOf(() => meeting.connect({ key: OTHER_KEY }))).toMatchObject(WRONG_KEY);
    await until(() => meeting.logs.length > 0);
    expect(meeting.logs).toMatchObject([{ level: 'warn', message: 'turned somebody away', fields: { err: WRONG_KEY } }]);
    await meeting.pair();
    expect(meeting.crashes).toEqual([]);
  });

  it('who talks rubbish', async () => {
    await using meeting = await Meeting.open();
    const socket = await meeting.stranger();
    socket.write(`GET / HTTP/1.1\r\n\r\n${'\xff'.repeat(100)}`);
    await ended(socket);

    await until(() => meeting.logs.length > 0);
    expect(meeting.logs).toMatchObject([{ level: 'warn', fields: { err: PROTOCOL } }]);
    await meeting.pair();
  });

  it('who talks another version', async () => {
    await using meeting = await Meeting.open();
    const socket = await meeting.stranger();
    const hello = await readBytes(socket, 48) as Buffer;
    hello.writeUInt32LE(9, 8);
    socket.write(hello);
    await ended(socket);

    await until(() => meeting.logs.length > 0);
    expect(meeting.logs).toMatchObject([{ fields: { err: { message: expect.stringContaining('speaks version 9, this one version 1') as string } } }]);
  });

  it('who sends its own words back to it', async () => {
    await using meeting = await Meeting.open();
    const socket = await meeting.stranger();
    const hello = await readBytes(socket, 48) as Buffer;
    socket.write(hello);
    socket.write(hello.subarray(-32));
    await ended(socket);

    await until(() => meeting.logs.length > 0);
    expect(meeting.logs).toMatchObject([{ fields: { err: WRONG_KEY } }]);
  });

  it('who sends again what somebody else has proven before', async () => {
    await using meeting = await Meeting.open();
    const honest = await meeting.stranger();
    const sent: Buffer[] = [];
    const write = honest.write.bind(honest);
    honest.write = (bytes: Buffer) => {
      sent.push(bytes);
      return write(bytes);
    };
    await shakeHands(honest, sideOf(KEY));
    const socket = await meeting.stranger();
    for (const bytes of sent) socket.write(bytes);
    await readBytes(socket, 48);
    // A refusal, and no proof.
    expect(await readBytes(socket, 32)).toEqual(Buffer.alloc(32));
    await ended(socket);

    await until(() => meeting.logs.length > 0);
    expect(meeting.logs).toMatchObject([{ fields: { err: WRONG_KEY } }]);
  });

  it('who never answers: others are accepted meanwhile, and it is turned away in the end', async () => {
    const clock = new ManualClock();
    await using meeting = await Meeting.open({}, clock);
    const silent = await meeting.stranger();
    const slow = await meeting.stranger();
    slow.write('t');
    await meeting.pair();
    expect([silent.destroyed, slow.destroyed]).toEqual([false, false]);

    await clock.advance('5s');

    await Promise.all([ended(silent), ended(slow)]);
    expect(meeting.logs.every(({ level }) => level === 'debug')).toBe(true);
  });

  it('and another one, and more: the oldest has to go', async () => {
    await using meeting = await Meeting.open();
    const oldest = await meeting.stranger();
    const others: Socket[] = [];
    for (let i = 0; i < 64; i++) others.push(await meeting.stranger());

    await ended(oldest);
    await meeting.pair();
    expect(others.filter(({ destroyed }) => destroyed).length).toBeLessThanOrEqual(1);
    for (const each of others) each.destroy();
  });
});

describe('who connects meets', () => {
  /** Somebody who listens, and does what it likes. */
  async function meet(does: (socket: Socket) => void, options: Options = { timeout: 1_000 }): Promise<Failure> {
    const path = newPath();
    const sockets: Socket[] = [];
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      does(socket);
    }).listen(path);
    await once(server, 'listening');
    try {
      return await failureOf(() => connect({ path, key: KEY, ...options }));
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  }

  it('somebody with another key', async () => {
    const side = { ...sideOf(OTHER_KEY), isListener: true };

    expect(await meet((socket) => { void shakeHands(socket, side).catch(() => undefined); })).toMatchObject(WRONG_KEY);
  });

  it('somebody who has no key, and says yes', async () => {
    const hello = (socket: Socket): void => { socket.write(Buffer.concat([Buffer.from('troupe\r\n\x01\0\0\0\0\0\0\x01', 'latin1'), Buffer.alloc(32)])); };

    expect(await meet((socket) => {
      hello(socket);
      socket.write(createHash('sha256').digest());
    })).toMatchObject(WRONG_KEY);
  });

  it('somebody who sends its own words back', async () => {
    expect(await meet((socket) => socket.pipe(socket))).toMatchObject(WRONG_KEY);
  });

  it('somebody who talks something else', async () => {
    expect(await meet((socket) => socket.write('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nDate: today\r\n\r\n'))).toMatchObject(PROTOCOL);
  });

  it('somebody who dies before they know each other', async () => {
    expect(await meet((socket) => socket.destroy())).toMatchObject(UNREACHABLE);
    expect(await meet((socket) => {
      socket.write('troupe');
      socket.once('data', () => socket.destroy());
    })).toMatchObject(UNREACHABLE);
  });

  it('somebody who never answers, until it gives up', async () => {
    const controller = new AbortController();
    const failed = await meet(() => controller.abort(new Error('enough')), { signal: controller.signal });

    expect(failed.message).toBe('enough');
  });

  it('somebody who never answers', async () => {
    expect(await meet(() => undefined)).toMatchObject({ ...TIMEOUT, message: expect.stringContaining('no reply within 1000 ms') as string });
  });
});

describe('an insider', () => {
  it('who sends what is no frame is cut off, and nobody else', async () => {
    await using meeting = await Meeting.open<number>({ maxFrame: '1MB' });
    const [here, there] = await meeting.pair();
    const socket = await meeting.insider();
    const other = await meeting.listener.accept();
    socket.write(Buffer.from([0xff, 0xff, 0xff, 0xff]));

    expect(await failureOf(() => other.receive())).toMatchObject(CLOSED);
    await ended(socket);
    expect(meeting.crashes).toMatchObject([{ reason: { kind: 'error', error: PROTOCOL } }]);
    await there.send(1);
    expect(await here.receive()).toBe(1);
    await meeting.pair();
  });

  it('who sends a value that is none loses that value alone', async () => {
    await using meeting = await Meeting.open<number>();
    const socket = await meeting.insider();
    const here = await meeting.listener.accept();
    for (const bytes of [[1, 0, 0, 0, 99], [2, 0, 0, 0, 0, 7]]) socket.write(Buffer.from(bytes));

    expect(await failureOf(() => here.receive())).toMatchObject(PROTOCOL);
    expect(await here.receive()).toBe(7);
    socket.destroy();
    expect(await failureOf(() => here.receive())).toMatchObject(CLOSED);
  });

  it('who sends anything at all harms nobody else', async () => {
    await using meeting = await Meeting.open();
    const [here, there] = await meeting.pair();
    const random = new SeededRandom(1);
    const byte = (): number => Math.floor(random.next() * 256);
    for (let i = 0; i < 50; i++) {
      const bytes = Uint8Array.from({ length: 5 + byte() }, byte);
      // Mostly it is a frame, of what might be a value.
      if (i % 4 > 0) bytes.set([bytes.length - 4, 0, 0, 0, i % 2]);
      const socket = await meeting.insider();
      const other = await meeting.listener.accept();
      socket.end(bytes);
      // Until it is told that nothing more comes.
      while ((await failureOf(async () => { for (;;) await other.receive(); })).code !== CLOSED.code);
      await other.close();
    }
    await here.send('fine');

    expect(await there.receive()).toBe('fine');
  });

  it('who dies within a frame has sent what came before', async () => {
    await using meeting = await Meeting.open<number>();
    const socket = await meeting.insider();
    const here = await meeting.listener.accept();
    socket.end(Buffer.from([2, 0, 0, 0, 0, 7, 2, 0, 0]));

    expect(await allOf(here)).toEqual([7]);
  });
});

describe('another program', () => {
  const talker = (path: string, does: string): Program => new Program('test/actors/programs/talker.ts', [path, KEY, does]);

  it('that is killed has sent what arrived until then', async () => {
    const path = newPath();
    await using meeting = await Meeting.open<number>({ path });
    await using program = talker(path, 'flood');
    const here = await meeting.listener.accept();
    const all: number[] = [];
    for await (const n of here) if (all.push(n) === 1_000) program.signal('SIGKILL');

    expect(all.length).toBeGreaterThanOrEqual(1_000);
    expect(all).toEqual(numbers(all.length));
    await meeting.pair();
  });

  it('that ends by itself has sent all', async () => {
    const path = newPath();
    await using meeting = await Meeting.open<number>({ path, capacity: 1 });
    await using program = talker(path, 'leave');
    const here = await meeting.listener.accept();
    const received = allOf(here);

    expect(await received).toEqual(numbers(2_000));
    expect(await program.ended).toEqual({ code: 0, signal: null });
  });

  it('ends although it listens, and is connected', async () => {
    const path = newPath();
    await using program = talker(path, 'idle');

    expect(await program.ended).toEqual({ code: 0, signal: null });
    expect(existsSync(path)).toBe(false);
  });

  it('answers until it is killed', async () => {
    const path = newPath();
    await using program = talker(path, 'serve');
    await program.printed(/listens/);
    const end = await connect<string>({ path, key: KEY });
    await end.send('a');
    expect(await end.receive()).toBe('A');
    program.signal('SIGKILL');

    expect(await failureOf(() => end.receive())).toMatchObject(CLOSED);
    expect(await failureOf(() => connect({ path, key: KEY }))).toMatchObject(UNREACHABLE);
    await end.close();
  });
});
