const WIDTH = 24;
/** How many lines, or steps of the bar, tell of something whose length is known. */
const LINES = 10;

/** Where progress is shown. */
export interface ProgressOutput {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Shows how much of something is done: a bar on a terminal, elsewhere a line for each tenth of it, or each time it has doubled. */
export class Progress {
  readonly #title: string;
  readonly #total: number | undefined;
  readonly #output: ProgressOutput;
  #count = 0;
  #shown = -1;
  #isOver = false;

  constructor(title: string, total: number | undefined, output: ProgressOutput) {
    this.#title = title;
    this.#total = total;
    this.#output = output;
  }

  add(count: number): void {
    this.#count += count;
    const step = this.#step;
    if (step === this.#shown) return;
    this.#shown = step;
    this.#output.write(this.#output.isTTY === true ? `\r${this.#text} ` : `${this.#text}\n`);
  }

  end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    if (this.#output.isTTY === true && this.#shown >= 0) this.#output.write(`\r${this.#text} \n`);
  }

  /** It is shown again when this changes. */
  get #step(): number {
    if (this.#total === undefined) return this.#output.isTTY === true ? this.#count : Math.floor(Math.log2(this.#count));
    return Math.floor(this.#count / this.#total * (this.#output.isTTY === true ? 100 : LINES));
  }

  get #text(): string {
    if (this.#total === undefined) return `${this.#title} ${this.#count}`;
    const done = this.#count / this.#total;
    const numbers = `${this.#count}/${this.#total} ${Math.floor(done * 100)} %`;
    if (this.#output.isTTY !== true) return `${this.#title} ${numbers}`;
    const full = Math.floor(done * WIDTH);
    return `${this.#title} [${'#'.repeat(full)}${'.'.repeat(WIDTH - full)}] ${numbers}`;
  }
}
