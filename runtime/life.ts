import type { ExitReason } from '../core/exit-reason.ts';
import type { HostKind } from '../core/spawn-options.ts';

/** What the authority knows of one incarnation; the next one begins with nothing of it. */
export class Life {
  /** Where it lives, or did: also once that host is gone. */
  livedOn: { readonly id: number; readonly kind: HostKind } | undefined;
  trapsExits = false;
  /** Its end was asked for by its parent: no news to it. */
  isEndExpected = false;
  /** Whether its slot starts again, when that is known before its end. */
  comesBack: boolean | undefined;
  /** The host that it was lost with. */
  lostHost: number | undefined;
  /** However it ends now, that is why: it is being killed, or its hosts give up. */
  endReason: ExitReason | undefined;

  get isKilled(): boolean { return this.endReason?.kind === 'killed'; }
}
