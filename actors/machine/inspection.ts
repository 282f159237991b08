import type { InitContext } from '../../core/context.ts';
import type { Observer } from './machine-system.ts';
import type { XStateActor } from './xstate.ts';
import { chartOf, isXStateActor, parentOf, snapshotOf } from './xstate.ts';

interface Common {
  readonly _version: string;
  readonly id: string;
  readonly createdAt: string;
  readonly rootId: string;
  readonly sessionId: string;
}

/** What `@statelyai/inspect` takes: `inspector.adapter.send(report)`. Plain data, whatever the machine has in it. */
export type Inspected =
  | Common & {
    readonly type: '@xstate.actor';
    readonly name: string;
    readonly parentId: string | undefined;
    /** JSON of the machine's config. */
    readonly definition: string;
    readonly snapshot: unknown;
  }
  | Common & { readonly type: '@xstate.event'; readonly event: unknown; readonly sourceId: string | undefined }
  | Common & { readonly type: '@xstate.snapshot'; readonly event: unknown; readonly snapshot: unknown };

/** The version of `@statelyai/inspect` whose format that is. */
const VERSION = '0.7.2';

/** Undefined for what the format has no place for. */
export function inspected(report: Parameters<Observer>[0], life: InitContext): Inspected | undefined {
  switch (report.type) {
    case '@xstate.actor': return reportOf(report.actorRef, report.rootId, life);
    case '@xstate.event': {
      if (!isXStateActor(report.actorRef)) return undefined;
      return { ...common(report.actorRef, report.rootId, life), type: report.type, event: plain(report.event), sourceId: report.sourceRef?.sessionId };
    }
    case '@xstate.snapshot':
      return { ...common(report.actorRef, report.rootId, life), type: report.type, event: plain(report.event), snapshot: plain(report.snapshot) };
    default: return undefined;
  }
}

/** That there is such an actor. */
export function reportOf(actor: XStateActor, rootId: string, life: InitContext): Inspected {
  const { config } = actor.logic as { readonly config?: unknown };
  const definition = typeof config === 'object' && config !== null ? config : { id: actor.id };
  return {
    ...common(actor, rootId, life),
    type: '@xstate.actor', name: actor.id, parentId: parentOf(actor)?.sessionId, definition: text(definition), snapshot: plain(snapshotOf(actor)),
  };
}

function common({ sessionId }: XStateActor, rootId: string, life: InitContext): Common {
  return { _version: VERSION, id: life.id(), createdAt: String(life.now()), rootId, sessionId };
}

function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(text(value));
}

/** JSON of whatever it is; a short text stands for what JSON has no form for. */
export function text(value: unknown): string {
  const above: unknown[] = [];
  return JSON.stringify(value, function (this: unknown, key: string, item: unknown) {
    while (above.length > 0 && above.at(-1) !== this) above.pop();
    if (typeof item === 'function') return item.name === '' ? 'function' : item.name;
    if (typeof item === 'bigint' || typeof item === 'symbol') return String(item);
    if (typeof item !== 'object' || item === null) return item;
    if (key === 'machine' && chartOf(this as object) !== undefined) return undefined;
    if (above.includes(item)) return 'a circle';
    above.push(item);
    return item;
  }) ?? 'null';
}
