/*
 * What the compiler infers, pinned: this file is part of `tsc --noEmit`, and nothing here runs.
 */
import { SENDABLE, actor, child, createSystem, dynamicSupervisor, hosts, poolOf, run, sendable, spawn, start, supervisor, tasks } from '../../index.ts';
import type {
  ActorContext, ActorHandle, ActorRef, ActorSystem, ApiOf, App, Ask, Cancel, Child, Children, ExitReason, Group, HostOf, HostSet, InitContext, Job, JobExit, Pool, RefOf, RestorableDefinition,
  Sendable, Stream, SupervisorRef, Tell, Tree,
} from '../../index.ts';

// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- T is what makes the comparison exact
type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends (<T>() => T extends B ? 1 : 2) ? true : false;
type Expect<_Holds extends true> = true;
type Not<A extends boolean> = A extends true ? false : true;
type Assignable<A, B> = [A] extends [B] ? true : false;

interface Item { id: string; quantity: number }

const Shop = actor(import.meta, {
  init: (input: { region: string }) => ({ region: input.region, items: new Map<string, Item>() }),
  handlers: {
    // Default arguments have types; those without `ctx` don't take its type from the others.
    add(ctx, id: string, quantity = 1) { ctx.state.items.set(id, { id, quantity }); },
    ping: () => 'pong' as const,
    find: (ctx, id: string) => ctx.state.items.get(id),
    async load(ctx, ids: readonly string[]) {
      await ctx.sleep('1s');
      return ids.map((id) => ctx.state.items.get(id)).filter((item) => item !== undefined);
    },
    *all(ctx) { yield* ctx.state.items.values(); },
    async *watch(ctx, every: number) { for (;;) { yield ctx.state.items.size; await ctx.sleep(every); } },
    fail(ctx): never { throw ctx.refuse('closed', 'the shop is closed'); },
    raw: (_ctx, text: string): any => JSON.parse(text),
    later(ctx) { return ctx.later<number>().promise; },
    either: (ctx, id: string): number | Promise<number> => ctx.state.items.get(id)?.quantity ?? 0,
  },
  signals: {
    down(ctx, { ref, reason, restarting }) {
      const state: { region: string } = ctx.state;
      const ended: [ActorRef<object>, ExitReason, boolean] = [ref, reason, restarting];
      void [state, ended];
    },
  },
  stop(ctx, reason) { void [ctx.state.items, reason.kind]; },
});

type Shops = ActorContext<{ region: string; items: Map<string, Item> }>;
type ShopRef = RefOf<typeof Shop>;
declare const shop: ShopRef;

// Answers

export type Answers = [
  Expect<Equal<ReturnType<typeof shop.ask.add>, Promise<void>>>,
  Expect<Equal<ReturnType<typeof shop.ask.ping>, Promise<'pong'>>>,
  Expect<Equal<ReturnType<typeof shop.ask.find>, Promise<Item | undefined>>>,
  Expect<Equal<ReturnType<typeof shop.ask.load>, Promise<Item[]>>>,
  Expect<Equal<ReturnType<typeof shop.ask.later>, Promise<number>>>,
  Expect<Equal<ReturnType<typeof shop.ask.either>, Promise<number>>>,
  // Neither is taken for a stream.
  Expect<Equal<ReturnType<typeof shop.ask.fail>, Promise<never>>>,
  Expect<Equal<ReturnType<typeof shop.ask.raw>, Promise<any>>>,
];

// Arguments

export type Arguments = [
  Expect<Equal<Parameters<typeof shop.ask.add>, [id: string, quantity?: number | undefined]>>,
  Expect<Equal<NonNullable<Parameters<typeof shop.ask.add>[1]>, number>>,
  Expect<Equal<Parameters<typeof shop.tell.add>, [id: string, quantity?: number | undefined]>>,
  Expect<Equal<Parameters<typeof shop.ask.ping>, []>>,
  Expect<Equal<Parameters<typeof shop.ask.load>, [ids: readonly string[]]>>,
];

// Streams

export type Streams = [
  Expect<Equal<ReturnType<typeof shop.ask.all>, Stream<Item>>>,
  Expect<Equal<ReturnType<typeof shop.ask.watch>, Stream<number>>>,
  Expect<Equal<Awaited<ReturnType<Stream<Item>['toArray']>>, Item[]>>,
];

export async function readsAStream(): Promise<void> {
  for await (const size of shop.ask.watch(100)) void (size satisfies number);
  await using all = shop.ask.all();
  void (await all.toArray() satisfies Item[]);
}

// tell

export type Tells = [
  Expect<Equal<ReturnType<typeof shop.tell.add>, boolean>>,
  Expect<Equal<ReturnType<typeof shop.tell.load>, boolean>>,
  Expect<Equal<ReturnType<typeof shop.tell.fail>, boolean>>,
  Expect<Equal<ReturnType<typeof shop.tell.raw>, boolean>>,
  Expect<Not<Assignable<typeof shop.tell.watch, (...args: never[]) => unknown>>>,
];

// ApiOf, RefOf: the caller's view, without `ctx`

type View = ApiOf<{ add(ctx: Shops, id: string): Item; watch(ctx: Shops): AsyncGenerator<number> }>;
export type Apis = [
  Expect<Equal<View, { readonly add: (id: string) => Item; readonly watch: () => AsyncGenerator<number> }>>,
  Expect<Equal<keyof Ask<View>, 'add' | 'watch'>>,
  Expect<Equal<Tell<View>['add'], (id: string) => boolean>>,
  Expect<Equal<ShopRef['ask'], typeof shop.ask>>,
  Expect<Equal<RefOf<number>, never>>,
];

// spawn: the input, the options, what comes back

const Idle = actor(import.meta, { init: () => ({}), handlers: { ping: () => 1 } });
const Maybe = actor(import.meta, { init: (input?: { size: number }) => ({ size: input?.size ?? 1 }), handlers: {} });
const Here = actor({
  init: (input: { report: (text: string) => void }) => input,
  handlers: { tell: (ctx, make: () => string) => ctx.state.report(make()) },
});

const spawnShop = () => spawn(Shop, { input: { region: 'eu' }, host: 'process', name: 'shop', timeout: '5s' });
export type Spawned = Expect<Equal<ReturnType<typeof spawnShop>, Promise<ActorHandle<ApiOfRef<ShopRef>>>>>;
type ApiOfRef<R> = R extends ActorRef<infer Api> ? Api : never;

export async function spawns(): Promise<void> {
  await using handle = await spawnShop();
  void (handle satisfies ShopRef);
  await spawn(Idle);
  await spawn(Idle, { host: 'thread' });
  await spawn(Maybe);
  await spawn(Maybe, { input: { size: 2 } });
  const here = await spawn(Here, { input: { report: () => undefined } });
  here.tell.tell(() => 'functions stay in their thread');
  await using system = createSystem();
  await system.spawn(Shop, { input: { region: 'eu' } });
}

// Names: the definition types what is found under them

declare const systemOfNames: ActorSystem;
const Finder = actor(import.meta, {
  init: async (_input: undefined, ctx) => ({ shop: await ctx.whereis(Shop, 'shop') }),
  handlers: {
    async find(ctx, name: string) { return (await ctx.whereis(Shop, name))?.ask.find('a'); },
    shop: (ctx) => ctx.state.shop,
  },
});
const whereisShop = () => systemOfNames.whereis(Shop, 'shop');
const refToShop = () => systemOfNames.ref(Shop, 'shop');
export type Names = [
  Expect<Equal<Awaited<ReturnType<typeof whereisShop>>, ShopRef | undefined>>,
  Expect<Equal<ReturnType<typeof refToShop>, ShopRef>>,
  Expect<Not<Assignable<ReturnType<typeof refToShop>, AsyncDisposable>>>,
  Expect<Equal<ReturnType<RefOf<typeof Finder>['ask']['find']>, Promise<Item | undefined>>>,
  Expect<Equal<ReturnType<RefOf<typeof Finder>['ask']['shop']>, Promise<ShopRef | undefined>>>,
];

// Groups: the definition types what is published, and who joins

const shopsOf = () => systemOfNames.group(Shop, 'shops');
type ShopGroup = ReturnType<typeof shopsOf>;
export type Groups = [
  Expect<Equal<ShopGroup, Group<ApiOfRef<ShopRef>>>>,
  Expect<Equal<Parameters<ShopGroup['publish']['add']>, [id: string, quantity?: number | undefined]>>,
  Expect<Equal<ReturnType<ShopGroup['publish']['add']>, Promise<number>>>,
  Expect<Not<Assignable<ShopGroup['publish']['watch'], (...args: never[]) => unknown>>>,
  Expect<Equal<Awaited<ReturnType<ShopGroup['members']>>, readonly ShopRef[]>>,
  Expect<Equal<Parameters<ShopGroup['join']>, [ref: ShopRef]>>,
];

// What hosts are given, and sets of them

export async function spawnsOnHosts(): Promise<void> {
  await spawn(Idle, { host: 'process', env: { PORT: '80' }, cwd: '/', execArgv: ['--no-warnings'], memory: '512MB' });
  await spawn(Idle, { host: 'thread', env: 'inherit', memory: 2 ** 26 });
  await using set = await hosts({ kind: 'thread', size: 2, modules: [import.meta.resolve('./counter.ts')], memory: '64MB' });
  void (set satisfies HostSet);
  void (await spawn(Shop, { input: { region: 'eu' }, host: set }) satisfies ShopRef);
  void supervisor({ children: { shop: child(Shop, { input: { region: 'eu' }, host: set }), idle: child(Idle, { host: 'process', memory: '64MB' }) } });
}
export type HostsOfDefinitions = [
  Expect<Equal<HostOf<'local'>, 'local'>>,
  Expect<Assignable<HostSet, HostOf<'anywhere'>>>,
  Expect<Not<Assignable<'worker', HostOf<'anywhere'>>>>,
];

// Snapshots: taken by definitions that say so, with or in place of their input

interface Position { at: { line: number }[] }
declare const Reader: RestorableDefinition<{ file: string }, { line: () => number }, 'anywhere', Position>;
declare const HereReader: RestorableDefinition<undefined, { line: () => number }, 'local', { memory: SharedArrayBuffer }>;
type ReaderRef = RefOf<typeof Reader>;

export async function spawnsWithSnapshots(): Promise<void> {
  const snapshot = { at: [{ line: 7 }] };
  void (await spawn(Reader, { snapshot }) satisfies ReaderRef);
  void (await spawn(Reader, { snapshot, input: { file: 'a' }, host: 'process', timeout: '1s', name: 'reader' }) satisfies ReaderRef);
  void (await spawn(Reader, { input: { file: 'a' }, host: 'thread' }) satisfies ReaderRef);
  void supervisor({ children: { reader: child(Reader, { input: { file: 'a' } }) } });
  await spawn(HereReader);
  await spawn(HereReader, { snapshot: { memory: new SharedArrayBuffer(4) } });
  // @ts-expect-error -- neither of both
  await spawn(Reader, { host: 'thread' });
  // @ts-expect-error -- another snapshot
  await spawn(Reader, { snapshot: { at: [{ line: 'seven' }] } });
  // @ts-expect-error -- local only
  await spawn(HereReader, { snapshot: { memory: new SharedArrayBuffer(4) }, host: 'thread' });
  // @ts-expect-error -- takes none
  await spawn(Idle, { snapshot });
  // @ts-expect-error -- takes none
  await spawn(Shop, { snapshot, input: { region: 'eu' } });
}
declare const anyContext: ActorContext<object> | InitContext;
export type Saved = [
  Expect<Equal<typeof anyContext.saved, unknown>>,
  Expect<Equal<Parameters<typeof anyContext.save>, [value: unknown]>>,
  Expect<Equal<Awaited<ReturnType<typeof spawn<{ file: string }, { line: () => number }, 'anywhere', Position>>>, ActorHandle<ApiOf<{ line: () => number }>>>>,
];

// What ends its actor when it goes out of scope, and what doesn't

declare const shopHandle: ActorHandle<ShopApi>;
interface ShopApi { ping(): string; peers(): ActorRef<ShopApi>[] }

export type Disposable = [
  Expect<Assignable<Awaited<ReturnType<typeof spawn<undefined, object, 'local'>>>, AsyncDisposable>>,
  Expect<Assignable<typeof shopHandle, AsyncDisposable>>,
  Expect<Assignable<typeof shopHandle, ActorRef<ShopApi>>>,
  Expect<Not<Assignable<ReturnType<typeof shopHandle.with>, AsyncDisposable>>>,
  Expect<Not<Assignable<Awaited<ReturnType<typeof shopHandle.ask.peers>>[number], AsyncDisposable>>>,
  Expect<Not<Assignable<ShopRef, AsyncDisposable>>>,
  Expect<Not<Assignable<Children<AppChildren>['shop'], AsyncDisposable>>>,
];

// A tree and its children

const tree = supervisor({
  name: 'app',
  children: {
    shop: child(Shop, { input: { region: 'eu' }, host: 'thread', restart: 'transient', shutdown: 'infinity' }),
    idle: child(Idle),
    back: supervisor({
      children: {
        store: child(Maybe, { input: { size: 3 } }),
        deep: supervisor({ children: { idle: child(Idle) } }),
        wrapped: child(supervisor({ children: { idle: child(Idle) } }), { restart: 'transient', significant: true }),
        shops: dynamicSupervisor({ child: Shop, maxChildren: 3, host: 'thread' }),
      },
      autoShutdown: 'any_significant',
    }),
  },
});
type AppChildren = typeof tree extends Tree<infer C> ? C : never;
const runTree = () => run(tree, { grace: '10s' });
declare const app: Awaited<ReturnType<typeof runTree>>;

const startShop = () => app.supervisor.startChild('another', child(Shop, { input: { region: 'us' } }));
const startInner = () => app.supervisor.startChild('inner', supervisor({ children: { idle: child(Idle) } }));
const startAnother = () => app.children.back.children.shops.startChild({ region: 'us' }, { name: 'us' });

export type TreeRefs = [
  Expect<Equal<typeof app, App<AppChildren>>>,
  Expect<Equal<keyof typeof app.children, 'shop' | 'idle' | 'back'>>,
  Expect<Equal<typeof app.children.shop, ShopRef>>,
  Expect<Equal<typeof app.children.idle, RefOf<typeof Idle>>>,
  Expect<Equal<typeof app.children.back.children.store, RefOf<typeof Maybe>>>,
  Expect<Equal<typeof app.children.back.children.deep.children.idle, RefOf<typeof Idle>>>,
  Expect<Equal<typeof app.children.back.children.wrapped.children.idle, RefOf<typeof Idle>>>,
  Expect<Equal<typeof app.supervisor, SupervisorRef<AppChildren>>>,
  Expect<Equal<typeof app.supervisor.children, typeof app.children>>,
  Expect<Equal<Awaited<ReturnType<typeof startShop>>, ShopRef | undefined>>,
  Expect<Equal<Awaited<ReturnType<typeof startInner>>, SupervisorRef<{ idle: Child<typeof Idle> }> | undefined>>,
  Expect<Equal<Awaited<ReturnType<typeof startAnother>>, ShopRef | undefined>>,
  Expect<Equal<Awaited<typeof app.done>['code'], number>>,
  Expect<Assignable<typeof app, AsyncDisposable>>,
];

/** A function over any tree goes on to know the keys. */
export function childOf<C, K extends keyof C>(anApp: App<C>, key: K): Children<C>[K] {
  return anApp.children[key];
}

// A ring of one definition: peers are typed by the caller's view, as a plain interface

interface NodeApi {
  join(peer: ActorRef<NodeApi>): void;
  pass(hops: number): void;
  value(): number;
}
export type Join = Expect<Equal<Parameters<ActorRef<NodeApi>['ask']['join']>, [peer: ActorRef<NodeApi>]>>;

const Ring = actor(import.meta, {
  init: (): { next: ActorRef<NodeApi> | undefined; seen: number } => ({ next: undefined, seen: 0 }),
  handlers: {
    join(ctx, peer: ActorRef<NodeApi>) { ctx.state.next = peer; },
    pass(ctx, hops: number) {
      ctx.state.seen++;
      if (hops > 0) ctx.state.next?.tell.pass(hops - 1);
    },
    value: (ctx) => ctx.state.seen,
  },
});

export async function makesARing(): Promise<void> {
  const first = await spawn(Ring);
  const second = await spawn(Ring, { host: 'thread' });
  await first.ask.join(second);
  await second.ask.join(first);
  const asInterface: ActorRef<NodeApi> = first;
  void (await asInterface.ask.value() satisfies number);
}
export type RingIsANode = Expect<Assignable<RefOf<typeof Ring>, ActorRef<NodeApi>>>;
export type NarrowerIsNoNode = Expect<Not<Assignable<RefOf<typeof Idle>, ActorRef<NodeApi>>>>;

// A pair that knows each other

interface PingApi { start(pong: ActorRef<PongApi>, rounds: number): void; pong(left: number): void }
interface PongApi { ping(from: ActorRef<PingApi>, left: number): void }

const Ping = actor(import.meta, {
  init: (): { pong?: ActorRef<PongApi> } => ({}),
  handlers: {
    start(ctx, pong: ActorRef<PongApi>, rounds: number): void {
      ctx.state.pong = pong;
      pong.tell.ping(ctx.self.as(Ping), rounds);
    },
    pong(ctx, left: number): void {
      if (left > 0) ctx.state.pong?.tell.ping(ctx.self.as(Ping), left - 1);
    },
  },
});
const Pong = actor(import.meta, {
  init: () => ({ count: 0 }),
  handlers: {
    ping(ctx, from: ActorRef<PingApi>, left: number) {
      ctx.state.count++;
      from.tell.pong(left);
    },
  },
});
export type Pair = [
  Expect<Assignable<RefOf<typeof Ping>, ActorRef<PingApi>>>,
  Expect<Assignable<RefOf<typeof Pong>, ActorRef<PongApi>>>,
];

// An actor's own ref: a handler that returns what it gets from it needs a written return type

const Countdown = actor(import.meta, {
  init: (input: { from: number }) => ({ left: input.from }),
  handlers: {
    tick(ctx): void {
      if (--ctx.state.left > 0) ctx.self.as(Countdown).tell.tick();
    },
    left: (ctx) => ctx.state.left,
    async leftLater(ctx): Promise<number> { return ctx.self.as(Countdown).ask.left(); },
  },
});
export type Own = Expect<Equal<ReturnType<RefOf<typeof Countdown>['ask']['leftLater']>, Promise<number>>>;

// Timers have the state, but for those that are set before there is one; what is put aside answers nothing

const Batcher = actor(import.meta, {
  init(_input: { size: number }, ctx): { items: string[] } {
    ctx.every('1s', ({ state }) => { void (state satisfies unknown); });
    const cancel: Cancel = ctx.after(5, () => ctx.self.as(Batcher).tell.flush());
    cancel();
    // @ts-expect-error -- there is no message yet
    void ctx.stash;
    return { items: [] };
  },
  handlers: {
    add(ctx, item: string): number {
      ctx.idle('5s', (timer) => timer.state.items.length === 0 ? timer.stop() : undefined);
      ctx.after('1s', async (timer) => timer.state.items.push(item));
      return ctx.state.items.push(item);
    },
    take: (ctx) => ctx.state.items.shift() ?? ctx.stash(),
    flush(ctx): void { ctx.unstashAll(); },
  },
});
export type Batched = Expect<Equal<ReturnType<RefOf<typeof Batcher>['ask']['take']>, Promise<string>>>;

// What an actor is doing

export async function looksAt(shopRef: ShopRef): Promise<void> {
  await using system = createSystem();
  await system.suspend(shopRef, { timeout: '1s' });
  const { state, status, handling } = await system.inspect(shopRef, { signal: AbortSignal.timeout(5) });
  void (state satisfies unknown);
  void (status satisfies 'starting' | 'running' | 'stopping' | 'restarting');
  void (handling satisfies readonly { handler: string; sinceMs: number }[]);
  await system.resume(shopRef) satisfies void;
}

// Handlers share plain functions, with the context written out

function remember(ctx: ActorContext<{ seen: string[] }>, text: string): number { return ctx.state.seen.push(text); }
const Sharing = actor(import.meta, {
  init: (): { seen: string[] } => ({ seen: [] }),
  handlers: {
    note: (ctx, text: string) => remember(ctx, text),
    shout: (ctx, text: string) => remember(ctx, text.toUpperCase()),
  },
});
export type Shared = Expect<Equal<Parameters<RefOf<typeof Sharing>['ask']['shout']>, [text: string]>>;

// An actor's children: spawned in a handler, like outside

const Parent = actor(import.meta, {
  init: async (_input: undefined, ctx) => ({ first: await ctx.spawn(Idle) }),
  handlers: {
    async grow(ctx) {
      const grown = await ctx.spawn(Shop, { input: { region: 'us' } });
      return grown.ask.find('a');
    },
    first: (ctx): RefOf<typeof Idle> => ctx.state.first,
  },
});
export type Grown = [
  Expect<Equal<ReturnType<RefOf<typeof Parent>['ask']['grow']>, Promise<Item | undefined>>>,
  Expect<Equal<ReturnType<RefOf<typeof Parent>['ask']['first']>, Promise<RefOf<typeof Idle>>>>,
];

// A class with methods says that it is registered, and passes

class Money implements Sendable {
  declare readonly [SENDABLE]: true;
  readonly #cents: number;
  constructor(cents: number) { this.#cents = cents; }
  get cents(): number { return this.#cents; }
  plus(other: Money): Money { return new Money(this.#cents + other.cents); }
}
sendable(import.meta, Money, { toData: ({ cents }) => ({ cents }), fromData: ({ cents }: { cents: number }) => new Money(cents) });
const Till = actor(import.meta, {
  init: () => ({ all: new Money(0) }),
  handlers: {
    pay(ctx, money: Money) { ctx.state.all = ctx.state.all.plus(money); },
    all: (ctx) => ctx.state.all,
  },
});
export type Paid = [
  Expect<Equal<Parameters<RefOf<typeof Till>['ask']['pay']>, [money: Money]>>,
  Expect<Equal<ReturnType<RefOf<typeof Till>['ask']['all']>, Promise<Money>>>,
];

// Pools: the results of tasks, and a definition that is many

declare const workers: Pool;
const { half, later } = tasks(import.meta, {
  half: (n: number) => n / 2,
  later: async (text: string, times: number) => text.repeat(times),
});
const Many = poolOf(Shop, { size: 2 });
async function pooled() {
  return {
    half: await workers.run(half, 4),
    later: await workers.run(later, 'a', 2),
    map: await workers.map(half, [1, 2]),
    lazy: await workers.map(half, (async function* () { yield 1; })(), { onResult: (result, index) => void (result + index) }),
    starmap: await workers.starmap(later, [['a', 1]]),
    imap: await workers.imap(half, new Set([1])).toArray(),
    many: await (await spawn(Many, { input: { region: 'eu' }, host: 'thread' })).ask.find('a'),
  };
}
export type Pooled = Expect<Equal<Awaited<ReturnType<typeof pooled>>, {
  half: number; later: string; map: number[]; lazy: number[]; starmap: string[]; imap: number[]; many: Item | undefined;
}>>;

const errands = tasks(import.meta, {
  square: (n: number) => n * n,
  async find(id: string, quantity = 1): Promise<Item | undefined> { return Promise.resolve({ id, quantity }); },
  *count(to: number): Generator<number, string> {
    for (let n = 0; n < to; n++) yield n;
    return 'done';
  },
  async *watch(): AsyncGenerator<Item> { yield await Promise.resolve({ id: '', quantity: 1 }); },
  fail(): never { throw new Error('no'); },
});
const jobs = {
  square: start(errands.square, { args: [2] }),
  find: start(errands.find, { args: ['a'] }),
  count: start(errands.count, { args: [2] }),
  watch: start(errands.watch),
  fail: start(errands.fail, { host: 'process' }),
};
export type Jobs = [
  Expect<Equal<ReturnType<typeof errands.square>, number>>,
  Expect<Equal<typeof jobs.square, Job<number>>>,
  Expect<Equal<typeof jobs.find, Job<Item | undefined>>>,
  Expect<Equal<typeof jobs.count, Job<string, number>>>,
  Expect<Equal<typeof jobs.watch, Job<any, Item>>>,
  Expect<Equal<typeof jobs.fail, Job<never>>>,
  Expect<Equal<Awaited<typeof jobs.square>, number>>,
  Expect<Equal<typeof jobs.count['results'], Stream<number>>>,
  Expect<Equal<Awaited<typeof jobs.count['exit']>, JobExit<string>>>,
];
