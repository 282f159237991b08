import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { Moves } from '../support/drawings.ts';
import { MOVES } from '../../core/lifecycle.ts';
import { drawStates } from '../support/drawings.ts';
import { hostMachine } from '../../runtime/hosts/host-machine.ts';

const ROOT = new URL('../../', import.meta.url);
const page = readFileSync(new URL('ARCHITECTURE.md', ROOT), 'utf8');
const drawings = [...page.matchAll(/```mermaid\n(.*?)\n```/gs)].map((match) => match[1]);

/** The moves of a chart of xstate, from its configuration. */
function movesOf(states: object): Moves {
  return Object.fromEntries(Object.entries(states).map(([name, state]) => {
    const { on = {}, after = {} } = state as { on?: Record<string, string>; after?: Record<string, string> };
    const all = [...Object.entries(on), ...Object.entries(after)];
    return [name, all.map(([by, to]) => ({ to, by }))];
  }));
}

describe('ARCHITECTURE.md', () => {
  it("draws an incarnation's lifecycle as the code has it", () => {
    const moves = Object.fromEntries(Object.entries(MOVES).map(([from, targets]) => [from, targets.map((to) => ({ to }))]));

    expect(drawings).toContain(drawStates('starting', moves));
  });

  it("draws a host's chart as the code has it", () => {
    expect(drawings).toContain(drawStates('starting', movesOf(hostMachine.config.states ?? {})));
  });

  it('names files and folders that exist', () => {
    const named = [...page.matchAll(/`((?:core|runtime|supervisors|testing|examples|test|bench|docs)\/[\w./-]*)`/g)].map(([, path]) => path ?? '');

    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((path) => !existsSync(fileURLToPath(new URL(path, ROOT))))).toEqual([]);
  });
});
