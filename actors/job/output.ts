import { Belt } from './belt.ts';

/** So many characters wait for their reader. */
const MAX_WAITING = 2 ** 20;

/** What a job prints on one of its streams. What comes while too much waits is dropped, and that is said. */
export class Output implements AsyncIterable<string> {
  readonly #texts = new Belt<string>(Infinity);
  #waiting = 0;
  #dropped = 0;

  put(text: string): void {
    if (this.#waiting + text.length > MAX_WAITING) {
      this.#dropped += text.length;
      return;
    }
    const note = this.#takeNote();
    this.#waiting += note.length + text.length;
    void this.#texts.put(note + text);
  }

  /** The host is gone. */
  end(): void {
    const note = this.#takeNote();
    if (note !== '') void this.#texts.put(note);
    this.#texts.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    for (let next = await this.#texts.next(); next.done !== true; next = await this.#texts.next()) {
      this.#waiting -= next.value.length;
      yield next.value;
    }
  }

  #takeNote(): string {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped === 0 ? '' : `[${dropped} characters dropped]\n`;
  }
}
