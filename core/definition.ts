import { ActorError, invalidOption } from './errors.ts';
import type { MailboxLimit } from './mailbox.ts';
import type { ShapeData } from './shape.ts';
import { Shape } from './shape.ts';

/** `import.meta`; from CommonJS one `{ url: pathToFileURL(__filename).href }` per module. */
export interface ModuleMeta {
  readonly url: string;
}

/** @throws {TypeError} `value` is no `import.meta`, nor the like. */
export function checkMeta(value: unknown, whose: string): ModuleMeta {
  if (typeof value === 'object' && value !== null && 'url' in value && typeof value.url === 'string') return value as ModuleMeta;
  throw invalidOption(`the first argument of ${whose}`, value, 'import.meta');
}

/** Where a definition's actors may live. */
export type Where = 'anywhere' | 'local';

/** One handler at run time. `mode` becomes `async` for good when a plain function has returned a promise. */
export interface Handler {
  readonly name: string;
  readonly run: (...args: unknown[]) => unknown;
  mode: 'sync' | 'async' | 'stream';
  /** How long an ask of it waits if its asker says nothing; undefined for as long as any. */
  readonly timeoutMs: number | undefined;
}

/** The function's own kind tells a stream from a call before anything is sent; tsx, vitest and esbuild keep it. */
export function modeOf(run: object): Handler['mode'] {
  switch (run.constructor.name) {
    case 'GeneratorFunction':
    case 'AsyncGeneratorFunction': return 'stream';
    case 'AsyncFunction': return 'async';
    default: return 'sync';
  }
}

/** What the fields of a spec are at run time, checked. Types are in actor.ts, for the writer of a spec. */
export interface DefinitionParts {
  readonly name: string | undefined;
  /** How it is called in texts and paths. Default: its name, else its module's. */
  readonly title?: string;
  readonly init: (input: unknown, ctx: unknown) => unknown;
  readonly handlers: readonly Handler[];
  readonly down: ((ctx: unknown, signal: unknown) => unknown) | undefined;
  readonly exit: ((ctx: unknown, signal: unknown) => unknown) | undefined;
  readonly stop: ((ctx: unknown, reason: unknown) => unknown) | undefined;
  readonly redact: ((handler: string, args: readonly unknown[]) => unknown) | undefined;
  readonly concurrency: number;
  readonly highWater: number;
  readonly mailbox: MailboxLimit;
}

/** How another host finds a definition: import `url`, then look for `key`. */
export interface DefinitionId {
  readonly url: string;
  readonly key: string;
}

/** A definition, or its address. */
export interface Addressed {
  readonly id: DefinitionId | undefined;
  readonly shape: ShapeData;
}

/** A definition as it travels. */
export interface DefinitionAddress {
  readonly id: DefinitionId;
  readonly shape: ShapeData;
}

const RESERVED_NAMES: ReadonlySet<string> = new Set(['then', '__proto__', 'constructor', 'prototype', 'toJSON']);

/** @throws {ActorError} `TROUPE_RESERVED_NAME`: `name` can't be a handler's or a child's. */
export function refuseReservedName(name: string, what: string): void {
  if (!RESERVED_NAMES.has(name) && !name.startsWith('*') && name !== '') return;
  throw new ActorError('TROUPE_RESERVED_NAME', `Cannot name ${what} ${JSON.stringify(name)}: the name is reserved`);
}

/** The code that an actor runs. Made by `actor()`; users see it as an `ActorDefinition`. */
export class Definition {
  readonly parts: DefinitionParts;
  readonly shape: Shape;
  /** Absent for a local-only definition. */
  readonly id: DefinitionId | undefined;
  /** What its actors stand for, if they are routers: who may be sent what, and where they live, goes by that. */
  readonly target: Addressed | undefined;

  constructor(meta: ModuleMeta | undefined, parts: DefinitionParts, target?: Addressed) {
    const handlers = parts.handlers.map(({ name, mode, timeoutMs }) => Shape.handlerText({ name, isStream: mode === 'stream', timeoutMs }));
    this.parts = parts;
    this.target = target;
    this.shape = new Shape({ title: parts.title ?? parts.name ?? fileName(meta), handlers, highWater: parts.highWater });
    this.id = meta === undefined ? undefined : register(meta, this);
  }

  get title(): string { return this.shape.title; }

  get where(): Where { return (this.target ?? this).id === undefined ? 'local' : 'anywhere'; }

  toString(): string { return `ActorDefinition(${this.title})`; }

  [Symbol.for('nodejs.util.inspect.custom')](): string { return this.toString(); }

  /** @throws {TypeError} `value` wasn't made by `actor()`. */
  static of(value: unknown): Definition {
    if (value instanceof Definition) return value;
    throw invalidOption('the definition', value, 'what actor(import.meta, { ... }) returns');
  }

  /** Whether a module of this thread has made definitions. */
  static hasModule(url: string): boolean {
    return registry().byUrl.has(url);
  }

  /** The definition that a module of this host made, if its module was loaded. */
  static find(id: DefinitionId): Definition | undefined {
    return registry().byUrl.get(id.url)?.definitions.get(id.key);
  }
}

interface Registry {
  readonly protocol: number;
  readonly library: string;
  readonly byUrl: Map<string, { readonly meta: ModuleMeta; readonly definitions: Map<string, Definition> }>;
}

const PROTOCOL = 1;
const REGISTRY = Symbol.for('troupe.definitions');

/** One per thread, found by every copy of the library in it: a bundle, or two installations. */
function registry(): Registry {
  const global = globalThis as { [REGISTRY]?: Registry };
  const found = global[REGISTRY] ??= { protocol: PROTOCOL, library: import.meta.url, byUrl: new Map() };
  if (found.protocol === PROTOCOL) return found;
  throw new Error(`Cannot load two incompatible copies of troupe: ${found.library} and ${import.meta.url}`);
}

/** A module that is evaluated again brings a new `meta` object, and starts anew. */
function register(meta: ModuleMeta, definition: Definition): DefinitionId {
  const { byUrl } = registry();
  let entry = byUrl.get(meta.url);
  if (entry === undefined || entry.meta !== meta) byUrl.set(meta.url, entry = { meta, definitions: new Map() });
  const { definitions } = entry;

  const { name } = definition.parts;
  if (name !== undefined) {
    if (definitions.has(name)) throw duplicate(name, meta);
    definitions.set(name, definition);
    return { url: meta.url, key: name };
  }
  for (let ordinal = 1; ; ordinal++) {
    const key = `(${definition.shape.handlers.join()})#${ordinal}`;
    if (definitions.has(key)) continue;
    definitions.set(key, definition);
    return { url: meta.url, key };
  }
}

function duplicate(name: string, meta: ModuleMeta): ActorError {
  const text = `Cannot define "${name}": ${meta.url} has another definition with this name`;
  return new ActorError('TROUPE_DUPLICATE_DEFINITION', text);
}

function fileName(meta: ModuleMeta | undefined): string {
  return meta === undefined ? 'actor' : /([^/\\]+?)(\.[cm]?[jt]sx?)?([?#].*)?$/.exec(meta.url)?.[1] ?? 'actor';
}
