import type { Figures } from './kept-counts.ts';

const BAR_WIDTH = 30;
const REDRAW_MS = 100;
const LINE_MS = 1_000;

/** What a run prints to; `process.stderr` is one. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** What there is to do. */
export interface Work {
  /** Different ones. */
  readonly files: number;
  /** How often each of them is tokenised; undefined when nobody knows. */
  readonly passes: number | undefined;
}

/** Keeps what is done and shows it: a bar on a terminal, else a line per second. */
export class Progress {
  readonly #output: ProgressOutput;
  readonly #work: Work;
  readonly #now: () => number;
  readonly #startedAt: number;
  #shownAt: number;
  #endedAt: number | undefined;
  #figures: Omit<Figures, 'sent'> = { tokenised: 0, bytes: 0, indexed: 0 };

  constructor(output: ProgressOutput, work: Work, now: () => number = () => performance.now()) {
    this.#output = output;
    this.#work = work;
    this.#now = now;
    this.#startedAt = this.#shownAt = now();
  }

  update(figures: Omit<Figures, 'sent'>): void {
    this.#figures = figures;
    if (this.#now() - this.#shownAt >= (this.#output.isTTY === true ? REDRAW_MS : LINE_MS)) this.#show();
  }

  /** From the start to the end, or until now. */
  get seconds(): number { return ((this.#endedAt ?? this.#now()) - this.#startedAt) / 1000; }
  /** Tokenised ones. */
  get files(): number { return this.#figures.tokenised; }
  get megabytes(): number { return this.#figures.bytes / 1e6; }

  /** Stops the time, and takes the bar away. */
  end(): void {
    this.#endedAt = this.#now();
    if (this.#output.isTTY === true) this.#output.write('\r\x1b[K');
  }

  #show(): void {
    this.#shownAt = this.#now();
    const { files, passes } = this.#work;
    const { tokenised, indexed } = this.#figures;
    // Where nobody knows how long it takes, what the index has says more: it falls back when the index dies.
    const share = passes === undefined ? indexed / files : tokenised / (files * passes);
    const percent = Math.floor(100 * Math.min(1, share));
    const figures = `${percent} %  tokenised ${tokenised}, indexed ${indexed} of ${files}  ${rate(this)}`;
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
