import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import type { ActorSystem, HostKind, RefOf } from '../../index.ts';
import { Parent } from './actors/parent.ts';
import { TestSystem } from './test-system.ts';

export type ParentRef = RefOf<typeof Parent>;

/** A system for each test, with parents that write their ends into a file. */
export class Family {
  #folder = '';
  #system: ActorSystem | undefined;

  constructor() {
    beforeEach(() => {
      this.#folder = mkdtempSync(join(tmpdir(), 'troupe-'));
      this.#system = new TestSystem();
    });
    afterEach(async () => {
      await this.#system?.stop();
      rmSync(this.#folder, { recursive: true, force: true });
    });
  }

  get system(): ActorSystem {
    if (this.#system === undefined) throw new Error('no test is running');
    return this.#system;
  }

  /** Where the ends are written. */
  get file(): string { return join(this.#folder, 'ends.txt'); }

  ends(): string[] {
    return existsSync(this.file) ? readFileSync(this.file, 'utf8').trimEnd().split('\n') : [];
  }

  spawnParent(label: string, host: HostKind = 'local'): Promise<ParentRef> {
    return this.system.spawn(Parent, { input: { file: this.file, label }, host, name: label });
  }

  async add(parent: ParentRef, label: string, host: HostKind = 'local'): Promise<ParentRef> {
    return await parent.with({ timeout: '20s' }).ask.add(label, host) as ParentRef;
  }

  /** Asks until it says what it should: what the runtime tells an actor comes when it comes. */
  async told(parent: ParentRef, count: number): Promise<string[]> {
    for (let tries = 0; tries < 500; tries++) {
      const all = await parent.ask.told();
      if (all.length >= count) return all;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error(`told too little: ${(await parent.ask.told()).join(', ')}`);
  }
}
