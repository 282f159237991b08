const LOST: ReadonlySet<unknown> = new Set(['TROUPE_HOST_DOWN', 'TROUPE_ACTOR_CRASHED']);

/** Whether an ask failed because whoever was asked has died: its supervisor starts it again, and it may be asked again. */
export function isLostWork(error: unknown): boolean {
  return LOST.has((error as { code?: unknown }).code);
}
