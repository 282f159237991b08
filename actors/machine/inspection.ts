import type { AnyEventObject, Snapshot } from 'xstate';
import type { InitContext } from '../../core/context.ts';
import type { Observer } from './machine-system.ts';
import type { XStateActor } from './xstate.ts';
import { STOP, isXStateActor, parentOf, snapshotOf } from './xstate.ts';
import { text } from './text.ts';

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
    readonly snapshot: Snapshot<unknown>;
  }
  | Common & { readonly type: '@xstate.event'; readonly event: AnyEventObject; readonly sourceId: string | undefined }
  | Common & { readonly type: '@xstate.snapshot'; readonly event: AnyEventObject; readonly snapshot: Snapshot<unknown> };

/** The version of `@statelyai/inspect` whose format that is. */
const VERSION = '0.7.2';

const ACTIVE: Snapshot<unknown> = { status: 'active', output: undefined, error: undefined };

/** Undefined for what the format has no place for. */
export function inspected(report: Parameters<Observer>[0], life: InitContext): Inspected | undefined {
  switch (report.type) {
    case '@xstate.actor': return reportOf(report.actorRef, report.rootId, life);
    case '@xstate.event': {
      // XState has no report of being told to stop, only of the snapshot that comes of it.
      if (!isXStateActor(report.actorRef) || report.event.type === STOP.type) return undefined;
      return { ...common(report.actorRef, report.rootId, life), type: report.type, event: plain(report.event), sourceId: sessionOf(report.sourceRef?.sessionId, life) };
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
  // It is told of before it has one.
  const snapshot: Snapshot<unknown> | undefined = snapshotOf(actor);
  return {
    ...common(actor, rootId, life),
    type: '@xstate.actor', name: nameOf(actor, definition), parentId: sessionOf(parentOf(actor)?.sessionId, life), definition: text(definition),
    snapshot: plain(snapshot ?? ACTIVE),
  };
}

/** Its machine's, if it has none of its own. */
function nameOf({ id, sessionId }: XStateActor, definition: object): string {
  return id === sessionId && 'id' in definition && typeof definition.id === 'string' ? definition.id : id;
}

function common({ sessionId }: XStateActor, rootId: string, life: InitContext): Common {
  return { _version: VERSION, id: life.id(), createdAt: String(life.now()), rootId: sessionOf(rootId, life), sessionId: sessionOf(sessionId, life) };
}

/** Of all machines that one inspector shows. */
function sessionOf<T extends string | undefined>(id: T, { name, incarnation }: InitContext): T {
  return id === undefined ? id : `${name}#${incarnation}/${id}` as T;
}

/** Of whatever it is. */
function plain<T>(value: T): T {
  return JSON.parse(text(value)) as T;
}
