/** The moves of a state machine: where each state may go, and by what. */
export type Moves = Readonly<Record<string, readonly { readonly to: string; readonly by?: string }[]>>;

/** A state diagram for Markdown, in Mermaid's words. */
export function drawStates(initial: string, moves: Moves): string {
  const lines = [`    [*] --> ${initial}`];
  for (const [from, targets] of Object.entries(moves)) {
    if (targets.length === 0) lines.push(`    ${from} --> [*]`);
    for (const [to, causes] of groupByTarget(targets)) {
      const label = causes.filter((cause) => cause !== undefined).join(', ');
      lines.push(`    ${from} --> ${to}${label === '' ? '' : `: ${label}`}`);
    }
  }
  return ['stateDiagram-v2', ...lines].join('\n');
}

function groupByTarget(targets: readonly { to: string; by?: string }[]): Map<string, (string | undefined)[]> {
  const groups = new Map<string, (string | undefined)[]>();
  for (const { to, by } of targets) groups.set(to, [...groups.get(to) ?? [], by]);
  return groups;
}
