/** 64 bits, as two numbers of 32. */
export interface Hash {
  readonly high: number;
  readonly low: number;
}

/** Well mixed, not secure: cyrb53 by bryc, with all of its 64 bits. */
export function hashText(text: string): Hash {
  let high = 0xdeadbeef;
  let low = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    high = Math.imul(high ^ code, 2_654_435_761);
    low = Math.imul(low ^ code, 1_597_334_677);
  }
  return finish(high, low);
}

/** The hash of two hashes and a number; the order of the two counts. */
export function hashTriple(first: Hash, second: Hash, n: number): Hash {
  return finish(
    Math.imul(first.high ^ n, 2_654_435_761) ^ Math.imul(second.low, 3_266_489_909),
    Math.imul(first.low ^ n, 1_597_334_677) ^ Math.imul(second.high, 2_246_822_507),
  );
}

/** A sum doesn't depend on the order of what is added. */
export class HashSum {
  #high = 0;
  #low = 0;

  add({ high, low }: Hash): void {
    this.#high = (this.#high + high) >>> 0;
    this.#low = (this.#low + low) >>> 0;
  }

  /** 16 hexadecimal digits. */
  toString(): string {
    return [this.#high, this.#low].map((half) => half.toString(16).padStart(8, '0')).join('');
  }
}

function finish(high: number, low: number): Hash {
  const mixedHigh = mix(high, low);
  const mixedLow = mix(low, mixedHigh);
  return { high: mixedHigh >>> 0, low: mixedLow >>> 0 };
}

function mix(a: number, b: number): number {
  return Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
}
