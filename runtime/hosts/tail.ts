/** The end of a stream of bytes. */
export class Tail {
  readonly #maxBytes: number;
  #bytes: Buffer = Buffer.alloc(0);
  #isCut = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  add(chunk: Buffer): void {
    const bytes = Buffer.concat([this.#bytes, chunk]);
    this.#isCut ||= bytes.length > this.#maxBytes;
    this.#bytes = bytes.subarray(-this.#maxBytes);
  }

  /** As text that begins with a whole character: at most `maxBytes` of UTF-8. */
  toString(): string {
    let start = 0;
    // Within a character, bytes are 10xxxxxx: at most three of them.
    while (this.#isCut && start < 3 && ((this.#bytes[start] ?? 0) & 0xc0) === 0x80) start++;
    return this.#bytes.toString('utf8', start);
  }
}
