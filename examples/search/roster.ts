import type { ActorSystem, HostKind } from '../../index.ts';

/** An actor and those below it. */
export interface RosterEntry {
  readonly name: string;
  readonly definition: string;
  readonly host: HostKind;
  /** Its lives so far; 0 until it is up. */
  readonly incarnation: number;
  readonly children: readonly RosterEntry[];
}

interface Member extends RosterEntry {
  incarnation: number;
  readonly children: Member[];
}

/** Who is there, as the system's events tell it. */
export class Roster {
  readonly #members = new Map<string, Member>();
  #deadLetters = 0;

  constructor({ events }: ActorSystem) {
    events.on('spawned', ({ actor, host, definition }) => {
      const member: Member = { name: nameOf(actor), definition, host, incarnation: 0, children: [] };
      this.#members.set(actor, member);
      this.#parentOf(actor)?.children.push(member);
    });
    events.on('started', ({ actor, incarnation }) => {
      const member = this.#members.get(actor);
      if (member !== undefined) member.incarnation = incarnation;
    });
    events.on('stopped', ({ actor }) => {
      const member = this.#members.get(actor);
      const siblings = this.#parentOf(actor)?.children;
      if (member !== undefined) siblings?.splice(siblings.indexOf(member), 1);
      this.#members.delete(actor);
    });
    events.on('dead_letter', ({ count }) => { this.#deadLetters += count; });
  }

  /** Messages that found no receiver. */
  get deadLetters(): number { return this.#deadLetters; }

  /** The actors without a parent, with all below them. */
  get roots(): readonly RosterEntry[] {
    return [...this.#members].flatMap(([path, member]) => (path.includes('/') ? [] : [member]));
  }

  #parentOf(path: string): Member | undefined {
    return this.#members.get(path.slice(0, path.lastIndexOf('/')));
  }
}

function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
