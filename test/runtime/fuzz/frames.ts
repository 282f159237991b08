import type { Kernel } from '../../../runtime/kernel.ts';
import type { Order, Request } from '../../../runtime/control.ts';
import type { RecordKind } from '../../../runtime/wire/record.ts';
import type { World } from './world.ts';
import type { Attachments } from '../../../runtime/wire/parcel.ts';
import { transfer } from '../../../index.ts';
import { Chance } from './chance.ts';
import { DEFAULT_SETTINGS } from '../../../core/host-options.ts';
import { FAR_SLOT, LOCAL_SLOTS, PEER, SHAPE, seedOf, sender, storedOf } from './world.ts';
import { FrameWriter, NOTHING, NO_LIMIT, RECORD } from '../../../runtime/wire/record.ts';
import { VALUES } from '../../support/values.ts';

const KINDS = Object.values(RECORD);
/** msgpack's tokens, one of each family, and what ends a range. */
const TOKENS = [
  0x00, 0x7f, 0x80, 0x8f, 0x90, 0x91, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcc, 0xcf,
  0xd0, 0xd3, 0xd4, 0xd6, 0xd8, 0xd9, 0xdb, 0xdc, 0xdd, 0xde, 0xdf, 0xe0, 0xff,
];
const LENGTHS = [0, 1, 2, 11, 12, 255, 256, 65_535, 65_536, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
/** What stands in place of something else. */
const STRANGE = [
  undefined, null, true, 0, 1, 2, 3, 5, 10, 14, -1, 1.5, 64, 65, 1e9, 2 ** 32 - 1, 2 ** 53, Number.NaN, '', 'length', '__proto__',
  'constructor', '0', 'error', 'Error', 'DOMException', 'Function', [], [1], [[]], [5, 4_294_967_295], [14, 1, 'length', [7]], {}, { type: 'kill' },
];
/** The forms of a body: see the codec. */
const PLAIN = 0;
const TABLE_AT = 5;
const MAX_RECORDS = 4;

type Fielded = Readonly<Record<RecordKind, (world: World) => number[]>>;

/** Valid frames of every kind of record and body, and what can go wrong with them. */
export class Frames {
  readonly #chance: Chance;
  readonly #bodies: Readonly<Record<RecordKind, readonly Uint8Array[]>>;
  readonly #fields: Fielded;
  readonly #kernel = sender();
  readonly #writer = new FrameWriter();
  #last: Uint8Array = NOTHING;

  constructor(chance: Chance) {
    this.#chance = chance;
    const values = valueBodies();
    const argumentLists = listBodies();
    const errors = errorBodies();
    const none = [NOTHING];
    this.#bodies = {
      [RECORD.tell]: argumentLists, [RECORD.ask]: argumentLists, [RECORD.stream]: argumentLists, [RECORD.stop]: none,
      [RECORD.reply]: values, [RECORD.failure]: errors, [RECORD.item]: values, [RECORD.credit]: none, [RECORD.cancel]: none,
      [RECORD.acknowledge]: none, [RECORD.fate]: none, [RECORD.shape]: [sender().values.packShape(SHAPE)],
      [RECORD.control]: controlBodies(), [RECORD.forget]: none,
      [RECORD.askStack]: ['    at order (file:///app.ts:1:1)', '', 'long'.repeat(2_000)].map((text) => sender().values.encode(text, 'it').body),
    };
    const slot = (): number => chance.pick([...LOCAL_SLOTS, ...LOCAL_SLOTS, FAR_SLOT, 0, 12, 999]);
    const asked = ({ asks }: World): number => asks.length === 0 || chance.oneIn(8) ? chance.below(50) : chance.pick(asks);
    const message = (handler: number): number[] => [slot(), 1, 1, chance.oneIn(10) ? chance.below(4) : handler];
    const ask = (handler: number): number[] => {
      return [...message(handler), chance.below(20), chance.pick([0, 1_000, NO_LIMIT]), ...chance.pick([[], [1, 2], [10, 1, 11, 2]])];
    };
    this.#fields = {
      [RECORD.tell]: () => message(0), [RECORD.ask]: () => ask(chance.below(2)), [RECORD.stream]: () => ask(2),
      [RECORD.stop]: () => message(0), [RECORD.reply]: (world) => [asked(world)], [RECORD.failure]: (world) => [asked(world)],
      [RECORD.item]: (world) => [asked(world)], [RECORD.credit]: () => [chance.below(20), chance.pick([1, 64, 0xffffffff])],
      [RECORD.cancel]: () => [chance.below(20)], [RECORD.acknowledge]: () => [FAR_SLOT, chance.below(50)],
      [RECORD.fate]: () => [FAR_SLOT, chance.below(50), chance.below(3), chance.below(4), chance.below(2)], [RECORD.shape]: () => [],
      [RECORD.control]: () => [], [RECORD.forget]: () => [slot()], [RECORD.askStack]: () => [chance.below(20)],
    };
  }

  /** A frame for `world`, mutated most of the time. */
  next(world: World): Uint8Array {
    const chance = this.#chance;
    // Either what stands in the records is wrong, or how they stand in the frame.
    const isWhole = chance.next() < 0.6;
    const frame = this.#build(world, isWhole ? 0.7 : 0);
    if (isWhole) return this.#last = frame;
    let bytes: Uint8Array = frame;
    for (let times = 1 + chance.below(3); times > 0; times--) bytes = this.#mutate(bytes, chance.oneIn(5) ? 0 : 12);
    this.#last = frame;
    return bytes;
  }

  /** What may come with a frame: often what its bodies look for, sometimes not. */
  attachments(): Attachments | undefined {
    const chance = this.#chance;
    if (chance.oneIn(2)) return undefined;
    return Array.from({ length: MAX_RECORDS }, (_, record) => [record, [new ArrayBuffer(16), new SharedArrayBuffer(16)].slice(chance.below(2))]);
  }

  #build(world: World, badness: number): Uint8Array {
    const chance = this.#chance;
    const seqs = new Map<number, number>();
    const records = Array.from({ length: 1 + chance.below(MAX_RECORDS) }, () => {
      const kind = chance.pick(KINDS);
      const fields = this.#fields[kind](world);
      if (kind <= RECORD.stop) {
        const [to = 0] = fields;
        fields[2] = (seqs.get(to) ?? 0) + 1;
        seqs.set(to, fields[2]);
      }
      return { kind, fields, body: chance.pick(this.#bodies[kind]) };
    });
    if (chance.next() < badness) this.#spoil(records);
    for (const { kind, fields, body } of records) this.#writer.write(kind, fields, body);
    return this.#writer.take(PEER, world.hostId, 0);
  }

  /** Makes records wrong whose frame stays right. */
  #spoil(records: { kind: RecordKind; fields: number[]; body: Uint8Array }[]): void {
    const chance = this.#chance;
    const record = chance.pick(records);
    switch (chance.below(8)) {
      case 0:
        record.fields[chance.below(record.fields.length + 1)] = chance.pick(LENGTHS);
        break;
      case 1:
        record.fields.length = chance.below(record.fields.length + 1);
        break;
      case 2:
        record.kind = chance.oneIn(3) ? chance.below(256) as RecordKind : chance.pick(KINDS);
        break;
      case 3:
        records.push(chance.pick(records));
        break;
      case 4:
        records.reverse();
        break;
      case 5:
        for (let times = 1 + chance.below(3); times > 0; times--) record.body = this.#mutate(record.body, 0);
        break;
      default: record.body = this.#respell(record.body);
    }
  }

  #mutate(original: Uint8Array, from: number): Uint8Array {
    const chance = this.#chance;
    const bytes = Uint8Array.from(original);
    if (bytes.length <= from) return bytes;
    const at = from + chance.below(bytes.length - from);
    switch (chance.below(8)) {
      case 0:
        bytes[at] = (bytes[at] as number) ^ (1 << chance.below(8));
        return bytes;
      case 1:
        bytes[at] = chance.pick(TOKENS);
        return bytes;
      case 2: {
        const length = chance.oneIn(2) ? chance.pick(LENGTHS) : chance.below(bytes.length * 2);
        for (let i = 0; i < 4 && at + i < bytes.length; i++) bytes[at + i] = length >>> (chance.oneIn(2) ? i * 8 : 24 - i * 8);
        return bytes;
      }
      case 3: return bytes.subarray(0, at);
      case 4: return joined(bytes.subarray(0, at), this.#noise(), bytes.subarray(at));
      case 5: return joined(bytes.subarray(0, at), bytes.subarray(at + 1 + chance.below(8)));
      case 6: return joined(bytes.subarray(0, at), this.#last.subarray(chance.below(this.#last.length + 1)));
      default: {
        // A stretch of it once more, somewhere.
        const start = chance.below(bytes.length);
        return joined(bytes.subarray(0, at), bytes.subarray(start, start + chance.below(64)), bytes.subarray(at));
      }
    }
  }

  /** The same value but for some part of it, in the form that it had. */
  #respell(body: Uint8Array): Uint8Array {
    if (body.length === 0) return body;
    const times = 1 + this.#chance.below(3);
    if (body[0] === PLAIN) return this.#kernel.values.encode(this.#changed(this.#kernel.values.decode(body), times), 'it').body;
    const end = TABLE_AT + Buffer.from(body).readUint32BE(1);
    const table = this.#changed(this.#kernel.values.decode(joined(Uint8Array.of(PLAIN), body.subarray(TABLE_AT, end))), times);
    const bytes = this.#kernel.values.encode(table, 'it').body;
    if (bytes[0] !== PLAIN) return body;
    const head = Buffer.alloc(TABLE_AT, 1);
    head.writeUInt32BE(bytes.length - 1, 1);
    return joined(head, bytes.subarray(1), body.subarray(end));
  }

  #changed(value: unknown, times: number): unknown {
    if (typeof value !== 'object' || value === null) return this.#chance.pick(STRANGE);
    for (; times > 0; times--) this.#changePart(value as Record<string, unknown>);
    return value;
  }

  #changePart(value: Record<string, unknown>): void {
    const chance = this.#chance;
    const key = chance.pick(Object.keys(value));
    if (key === undefined) return;
    const part = value[key];
    if (typeof part === 'object' && part !== null && !chance.oneIn(4)) {
      this.#changePart(part as Record<string, unknown>);
      return;
    }
    if (Array.isArray(value) && chance.oneIn(4)) value.splice(Number(key), chance.below(2), chance.pick(STRANGE));
    else if (typeof part === 'number' && chance.oneIn(2)) value[key] = part + chance.pick([-1, 1, 2]);
    else if (chance.oneIn(4)) Reflect.deleteProperty(value, chance.pick(Object.keys(value)));
    else value[key] = structuredClone(chance.pick([...STRANGE, ...Object.values(value)]));
    // A list with a hole isn't plain any more.
    if (Array.isArray(value)) value.forEach((_, i) => { value[i] ??= null; });
  }

  #noise(): Uint8Array {
    return Uint8Array.from({ length: 1 + this.#chance.below(8) }, () => this.#chance.oneIn(2) ? this.#chance.pick(TOKENS) : this.#chance.below(256));
  }
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

function valueBodies(): Uint8Array[] {
  const kernel = sender();
  const memory = new SharedArrayBuffer(16);
  const buffer = new ArrayBuffer(16);
  const moving = transfer({ buffer, memory, view: new DataView(buffer, 8) }, [buffer]);
  const shared = [memory, { memory, view: new Int32Array(memory, 4, 2) }, moving];
  return [
    ...everything(kernel).map((value) => kernel.values.encode(value, 'it').body),
    ...shared.map((value) => kernel.values.encode(value, 'it', true).body),
  ];
}

function listBodies(): Uint8Array[] {
  const kernel = sender();
  const values = everything(kernel);
  return [[], [1, 'two', { three: 3 }], ...values.map((value) => [value]), values.slice(0, 10)].map((list) => kernel.values.encodeArguments(list, 'it').body);
}

function errorBodies(): Uint8Array[] {
  const kernel = sender();
  const thrown = [new Error('plain'), new AggregateError([new TypeError('one')], 'many'), AbortSignal.abort().reason, 'no error', undefined];
  return [...thrown, ...everything(kernel)].map((value) => kernel.values.encodeError(value).body);
}

/** Every kind of value, and refs. */
function everything(kernel: Kernel): unknown[] {
  const ref = kernel.refTo(kernel.slotFor(FAR_SLOT, 'far', SHAPE));
  // The longest ones would make all the others rare among the bytes.
  const values = Object.values(VALUES).map((make) => make()).filter((value) => kernel.values.encode(value, 'it').body.length < 5_000);
  return [...values, { ref, again: [ref] }, new Map([[ref, ref]]), deep(90), deep(200), wide()];
}

function deep(levels: number): unknown {
  let value: unknown = 'bottom';
  for (let i = 0; i < levels; i++) value = i % 2 === 0 ? [value] : { a: value };
  return value;
}

function wide(): unknown {
  return Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`field ${i}`, i % 3 === 0 ? new Date(i) : i]));
}

function controlBodies(): Uint8Array[] {
  const kernel = sender();
  const seed = seedOf(kernel);
  const saved = storedOf(kernel);
  const reason = { kind: 'error', error: new Error('broken') } as const;
  const about = { slot: FAR_SLOT, path: 'far', shape: SHAPE.data };
  const facts = {
    incarnation: 1, status: 'running', suspended: true, state: { n: 1 }, mailbox: { queued: 1, stashed: 2, signals: 3 },
    handling: [{ handler: 'echo', sinceMs: 5 }], timers: { after: 1, every: 2, idle: true },
  } as const;
  const scene = { message: { handler: 0, args: '1, "two"', isAsked: true, from: 10 }, recent: [0, 1, 0], stateBytes: 12, askerStack: '    at order (file:///app.ts:1:1)' };
  const requests: { readonly [T in Request['type']]: Request } = {
    spawn: { type: 'spawn', request: 1, parent: 10, parentIncarnation: 1, key: 'a', name: undefined, seed, saved, place: { kind: 'local' }, timeoutMs: 1_000, supervision: { restart: 'transient', shutdownMs: 5_000 }, isDaemon: false },
    cancel: { type: 'cancel', request: 1 },
    restart: { type: 'restart', request: 2, slot: 10 },
    shutdown: { type: 'shutdown', request: 3, slot: 12, graceMs: 5, comesBack: true },
    stop: { type: 'stop', request: 4, slot: 12, graceMs: 5 },
    rest: { type: 'rest', slot: 10 },
    remove: { type: 'remove', slot: 10 },
    kill: { type: 'kill', slot: 12 },
    watch: { type: 'watch', slot: 10 },
    unwatch: { type: 'unwatch', slot: 10 },
    suspend: { type: 'suspend', request: 8, slot: 12 },
    resume: { type: 'resume', request: 9, slot: 12 },
    inspect: { type: 'inspect', request: 10, slot: 10 },
    obeyed: { type: 'obeyed', inquiry: 1 },
    inspected: { type: 'inspected', inquiry: 1, facts },
    monitor: { type: 'monitor', slot: 10, by: 12, incarnation: 1 },
    demonitor: { type: 'demonitor', slot: 10, by: 12 },
    link: { type: 'link', slot: 10, by: 12 },
    unlink: { type: 'unlink', slot: 10, by: 12 },
    children: { type: 'children', request: 11, slot: 10 },
    whereis: { type: 'whereis', request: 5, name: 'far' },
    join: { type: 'join', request: 6, group: 'all', slot: 10 },
    leave: { type: 'leave', request: 7, group: 'all', slot: 12 },
    members: { type: 'members', request: 8, group: 'all' },
    trap: { type: 'trap', slot: 12, trap: true },
    started: { type: 'started', slot: 12, incarnation: 1 },
    saved: { type: 'saved', slot: 12, incarnation: 1, saved },
    ended: { type: 'ended', slot: 12, incarnation: 1, reason, wasStarting: false, scene },
    decided: { type: 'decided', slot: 12, reason, decision: { kind: 'restart', restarts: 1, budgetLeft: 2, delayMs: 3 } },
    ready: { type: 'ready' },
    busy: { type: 'busy', isBusy: true },
    drained: { type: 'drained' },
    ending: { type: 'ending' },
    lost: { type: 'lost', host: 9, count: 2, maybeExecuted: 1 },
    account: { type: 'account', request: 1, account: { sent: 1, handled: 1, rejected: 0, deadLetters: 0, queued: 0, lateReplies: 0 } },
    failing: { type: 'failing', error: new Error('failing') },
    log: {
      type: 'log',
      entry: {
        level: 'info', actor: 'far', incarnation: 1, host: { kind: 'thread', pid: 1, threadId: 2 }, seq: 1, at: 0, message: 'said', fields: { n: 1 },
      },
    },
    event: { type: 'event', name: 'refused', event: { actor: 'far', handler: 'echo', code: 'no', message: 'no' } },
  };
  const elsewhere = { type: 'spawn', parent: 0, parentIncarnation: 0, key: undefined, name: undefined, seed, saved: undefined, timeoutMs: 1_000, supervision: undefined, isDaemon: true } as const;
  const events: Request[] = [
    { type: 'event', name: 'late_reply', event: { count: 1 } },
    { type: 'event', name: 'dead_letter', event: { actor: 'far', handler: 'echo', reason: 'stopped', count: 1, maybeExecuted: 0 } },
    { type: 'event', name: 'overload', event: { actor: 'far', at: 'capacity', limit: 1, waiting: 1 } },
    { type: 'inspected', inquiry: 2, facts: undefined },
    { type: 'decided', slot: 12, reason, decision: { kind: 'give_up', restarts: 1, withinMs: 1_000 } },
    { type: 'decided', slot: 12, reason, decision: { kind: 'remove' } },
    { type: 'decided', slot: 12, reason, decision: { kind: 'auto_shutdown' } },
    { type: 'ended', slot: 12, incarnation: 1, reason, wasStarting: false, scene: { ...scene, message: undefined, askerStack: undefined } },
    { ...elsewhere, request: 5, place: { kind: 'thread', set: 1 } },
    { ...elsewhere, request: 6, place: { kind: 'process', settings: { env: { A: 'b' }, cwd: '/', execArgv: ['--no-warnings'], memoryMb: 64, output: undefined } } },
    { ...elsewhere, request: 7, place: { kind: 'process', settings: DEFAULT_SETTINGS } },
  ];
  const orders: { readonly [T in Order['type']]: Order } = {
    start: { type: 'start', request: undefined, slot: 30, path: 'new', incarnation: 1, seed, saved, isHeld: true, isDaemon: true, parent: about },
    spawned: { type: 'spawned', request: 1, slot: 30, path: 'new', notice: { status: 'up', host: PEER, incarnation: 1, isDaemon: false } },
    done: { type: 'done', request: 1, reason: { kind: 'normal' } },
    found: { type: 'found', request: 1, shape: SHAPE.data, actors: [{ slot: FAR_SLOT, path: 'far' }] },
    failed: { type: 'failed', request: 1, error: new Error('failed') },
    children: { type: 'children', request: 1, actors: [about] },
    slot: { type: 'slot', slot: FAR_SLOT, notice: { status: 'restarting', reason } },
    shutdown: { type: 'shutdown', slot: 30, incarnation: 1 },
    kill: { type: 'kill', slot: 30, incarnation: 1 },
    suspend: { type: 'suspend', inquiry: 1, slot: 10, incarnation: 1 },
    resume: { type: 'resume', inquiry: 2, slot: 10, incarnation: 1 },
    inspect: { type: 'inspect', inquiry: 3, slot: 10, incarnation: 1 },
    log_level: { type: 'log_level', level: 'silent' },
    snapshot: { type: 'snapshot', request: 1, snapshot: { path: 'far', host: { id: PEER, kind: 'thread' }, ...facts } },
    link_exit: { type: 'link_exit', slot: 10, incarnation: 1, about, reason },
    unlinked: { type: 'unlinked', slot: 10, from: FAR_SLOT },
    retire: { type: 'retire', slot: 30, reason: { kind: 'shutdown' } },
    exit: { type: 'exit', slot: 10, about, reason: { kind: 'host_down', code: 1, signal: null }, lostHost: 3 },
    down: { type: 'down', slot: 10, about, reason: { kind: 'intensity', child: 'c', restarts: 1, withinMs: 5 }, incarnation: 1, restarting: true },
    account: { type: 'account', request: 1 },
    host_gone: { type: 'host_gone', host: 9, started: new Map([[FAR_SLOT, 1]]), reason: { kind: 'host_down', code: null, signal: 'SIGKILL', error: new Error('why') } },
    drain: { type: 'drain' },
  };
  return [...Object.values(requests), ...events, ...Object.values(orders)].map((message) => kernel.values.encode(message, 'it').body);
}
