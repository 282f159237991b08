import type { Addressed, DefinitionId } from './definition.ts';
import type { HostKind } from './spawn-options.ts';
import type { HostOptions, HostSettings } from './host-options.ts';
import { ActorError, invalidOption } from './errors.ts';
import { DEFAULT_SETTINGS, HOST_OPTIONS, checkHostOptions, refuseOptions } from './host-options.ts';
import { HostSet } from './host-set.ts';

/** Where an actor is to live. */
export type Place =
  | { readonly kind: 'local' }
  | { readonly kind: 'thread' | 'process'; readonly settings: HostSettings }
  | { readonly kind: 'thread' | 'process'; readonly set: HostSet };

/**
 * Where an actor is to live by these options, and what its `init` gets: a router lives where it is started from, and is given what is said of
 * the others' place.
 *
 * @throws {TypeError | ActorError} As {@link checkPlace}.
 */
export function placed(
  definition: Addressed & { readonly target?: Addressed | undefined }, input: unknown, host: unknown, options: HostOptions,
): { readonly place: Place; readonly input: unknown } {
  const { target } = definition;
  const place = checkPlace(target ?? definition, host, options);
  if (target === undefined) return { place, input };
  const given = HOST_OPTIONS.flatMap((name) => options[name] === undefined ? [] : [[name, options[name]]]);
  return { place: LOCAL, input: { input, options: { host, ...Object.fromEntries(given) as HostOptions } } };
}

/**
 * Where actors of `definition` are to live by these options, if they can.
 *
 * @throws {TypeError} `host` or an option of the host isn't one.
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`.
 */
export function checkPlace(definition: Addressed, host: unknown, options: HostOptions): Place {
  if (host instanceof HostSet) {
    refuseOptions(options, HOST_OPTIONS, 'nothing: the hosts of a set have what hosts() was given');
    checkMovable(definition, `in a ${host.kind}`);
    return { kind: host.kind, set: host };
  }
  if (!isHostKind(host)) {
    const hint = host instanceof Promise ? 'await hosts() first' : undefined;
    throw invalidOption('host', host, '"local" or "thread" or "process" or what hosts() returns', hint);
  }
  if (host === 'local') {
    refuseOptions(options, HOST_OPTIONS, 'nothing: host "local" is a thread that runs already');
    return LOCAL;
  }
  checkMovable(definition, `in a ${host}`);
  return { kind: host, settings: HOST_OPTIONS.some((name) => options[name] !== undefined) ? checkHostOptions(options, host) : DEFAULT_SETTINGS };
}

const LOCAL: Place = { kind: 'local' };

function isHostKind(host: unknown): host is HostKind {
  return host === 'local' || host === 'thread' || host === 'process';
}

/**
 * What another host finds a definition by.
 *
 * @throws {ActorError} `TROUPE_LOCAL_ONLY`, `TROUPE_NOT_IMPORTABLE`.
 */
export function checkMovable({ id, shape: { title } }: Addressed, where: string): DefinitionId {
  const action = `Cannot spawn "${title}" ${where}`;
  if (id === undefined) {
    const hint = 'define it with actor(import.meta, { ... })';
    throw new ActorError('TROUPE_LOCAL_ONLY', `${action}: it is local only; ${hint}`);
  }
  if (id.url.startsWith('file:') && !/\[eval\d*\]|\[stdin\]/.test(id.url)) return id;
  const text = `${action}: its module, ${id.url}, can't be imported there; move the definition into a file`;
  throw new ActorError('TROUPE_NOT_IMPORTABLE', text);
}
