import type { CrashReport, NoDecision } from './crash-report.ts';
import type { CrashScene } from './crash-scene.ts';
import type { Decision } from '../core/decision.ts';
import type { ExitReason } from '../core/exit-reason.ts';
import type { SlotBook } from './slot-book.ts';
import type { SlotRecord } from './slot-record.ts';
import { OTHER_HANDLER } from '../core/recent-handlers.ts';
import { Shape } from '../core/shape.ts';

/**
 * Reports of abnormal ends, from the end of an incarnation until it is decided what follows: then each is told, once. A slot
 * has one at most, as its next incarnation begins after that.
 */
export class CrashReports {
  readonly #open = new Map<SlotRecord, Omit<CrashReport, 'decision'>>();
  readonly #slots: SlotBook;
  readonly #tell: (report: CrashReport) => void;
  #isSilent = false;

  constructor(slots: SlotBook, tell: (report: CrashReport) => void) {
    this.#slots = slots;
    this.#tell = tell;
  }

  /** An incarnation has ended abnormally. @param scene What its host has said of it; undefined when it could not. */
  open(record: SlotRecord, reason: ExitReason, hadStarted: boolean, scene?: CrashScene): void {
    if (this.#isSilent || wasToBeKilled(record, reason)) return;
    const { path: actor, life: { livedOn: host }, incarnation } = record;
    this.#open.set(record, {
      actor, host, incarnation, reason, hadStarted,
      message: scene?.message === undefined ? undefined : {
        handler: nameOf(record, scene.message.handler),
        args: scene.message.args,
        isAsked: scene.message.isAsked,
        from: scene.message.from === undefined ? undefined : this.#slots.get(scene.message.from)?.path,
      },
      recent: scene?.recent.map((handler) => handler === OTHER_HANDLER ? '…' : nameOf(record, handler)) ?? [],
      stateBytes: scene?.stateBytes,
      askerStack: scene?.askerStack,
    });
  }

  /** All are killed, as somebody wanted: from now on an end is no news. */
  silence(): void {
    this.#isSilent = true;
  }

  /** Its supervisor has decided what follows. */
  decided(record: SlotRecord, decision: Decision): void {
    this.#close(record, decision);
  }

  /** Its descendants have ended as well. Now whoever decides about it is told, if there is somebody. */
  ended(record: SlotRecord): void {
    const { isHeld, life: { isEndExpected }, parent } = record;
    if (!isHeld) this.#undecided(record, 'unsupervised');
    else if (isEndExpected) this.#undecided(record, 'stopping');
    else if (parent?.state.kind !== 'up' && parent?.state.kind !== 'starting') this.#undecided(record, 'supervisor_ended');
  }

  /** It starts again, whether that was said or not. */
  restarted(record: SlotRecord): void {
    this.#undecided(record, 'sibling');
  }

  /** A host has taken it along, with its parent. */
  lost(record: SlotRecord): void {
    this.#undecided(record, record.isHeld ? 'supervisor_ended' : 'unsupervised');
    this.orphan(record);
  }

  /** Its slot is gone, whether that was said or not. */
  died(record: SlotRecord): void {
    this.ended(record);
    this.#undecided(record, 'stopping');
  }

  /** It has ended: what it has not decided about its children, nobody does. */
  orphan({ children }: SlotRecord): void {
    for (const child of children) {
      const why = child.life.isEndExpected ? 'stopping' : 'supervisor_ended';
      this.#undecided(child, child.isHeld ? why : 'unsupervised');
    }
  }

  #undecided(record: SlotRecord, why: NoDecision['why']): void {
    this.#close(record, { kind: 'none', why });
  }

  #close(record: SlotRecord, decision: Decision | NoDecision): void {
    const report = this.#open.get(record);
    if (report === undefined) return;
    this.#open.delete(record);
    this.#tell({ ...report, decision });
  }
}

/** Its supervisor has ended it, in the way that was agreed: OTP's `brutal_kill`. */
function wasToBeKilled({ life: { isEndExpected }, supervision }: SlotRecord, { kind }: ExitReason): boolean {
  return kind === 'killed' && isEndExpected && supervision?.shutdownMs === 0;
}

function nameOf({ seed: { shape } }: SlotRecord, handler: number): string {
  const text = shape.handlers[handler];
  return text === undefined ? '…' : Shape.nameIn(text);
}
