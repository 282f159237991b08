import type { Counted } from './tokeniser.ts';

const BAR_WIDTH = 30;
const REDRAW_MS = 100;
const LINE_MS = 1_000;

/** What a run prints to; `process.stderr` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Counts what is done and shows it: a bar on a terminal, else a line per second. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #totalFiles: number;
  readonly #now: () => number;
  readonly #startedAt: number;
  #shownAt: number;
  #endedAt: number | undefined;
  #files = 0;
  #bytes = 0;

  constructor(output: ProgressOutput, totalFiles: number, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#totalFiles = totalFiles;
    this.#now = now;
    this.#startedAt = this.#shownAt = now();
  }

  add({ files, bytes }: Counted): void {
    this.#files += files;
    this.#bytes += bytes;
    if (this.#now() - this.#shownAt >= (this.#output.isTTY === true ? REDRAW_MS : LINE_MS)) this.#show();
  }

  /** From the start to the end, or until now. */
  get seconds(): number { return ((this.#endedAt ?? this.#now()) - this.#startedAt) / 1000; }
  get files(): number { return this.#files; }
  get megabytes(): number { return this.#bytes / 1e6; }

  /** Stops the time, and takes the bar away. */
  end(): void {
    this.#endedAt = this.#now();
    if (this.#output.isTTY === true) this.#output.write('\r\x1b[K');
  }

  #show(): void {
    this.#shownAt = this.#now();
    const percent = Math.floor(100 * Math.min(1, this.#files / this.#totalFiles));
    const figures = `${percent} %  ${this.#files}/${this.#totalFiles} files  ${rate(this)}`;
    this.#output.write(this.#output.isTTY === true ? `\r${bar(percent)} ${figures}\x1b[K` : `${figures}\n`);
  }
}

/** `1234 files/s, 12.3 MB/s`. */
export function rate(done: Pick<Progress, 'files' | 'megabytes' | 'seconds'>): string {
  const { files, megabytes, seconds } = done;
  return `${Math.round(files / seconds)} files/s, ${(megabytes / seconds).toFixed(1)} MB/s`;
}

function bar(percent: number): string {
  const filled = Math.round(BAR_WIDTH * percent / 100);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}
