import type { ActorSystem, CrashReport, SystemEvents } from '../../index.ts';
import { deadline } from './deadline.ts';

/** The crash reports of a system, and what they must agree with. */
export class CrashWatch {
  readonly reports: CrashReport[] = [];
  readonly crashes: SystemEvents['crashed'][] = [];
  #changed: () => void = () => undefined;

  constructor(system: ActorSystem) {
    system.events.on('crashed', (event) => this.crashes.push(event));
    system.events.on('crash_report', (report) => {
      this.reports.push(report);
      this.#changed();
    });
  }

  /** Waits for the report with this place among all, from 1. */
  async report(place = 1): Promise<CrashReport> {
    const told = new Promise<void>((resolve) => {
      this.#changed = () => { if (this.reports.length >= place) resolve(); };
      this.#changed();
    });
    await deadline(told, `report ${place} of ${this.reports.length}`, 4_000);
    return this.reports[place - 1] as CrashReport;
  }

  /** Each as `path incarnation kind`, sorted: of the ends that were told at once, and of those that were reported. */
  get told(): string[] {
    return this.crashes.map(({ actor, incarnation, reason }) => `${actor} ${incarnation} ${reason.kind}`).toSorted();
  }

  get reported(): string[] {
    const started = this.reports.filter(({ hadStarted }) => hadStarted);
    return started.map(({ actor, incarnation, reason }) => `${actor} ${incarnation} ${reason.kind}`).toSorted();
  }
}
