import { sendable } from '../../index.ts';

/** Only hosts whose actors have met one load this module. */
export class Coin {
  readonly cents: number;
  constructor(cents: number) { this.cents = cents; }
}
sendable(import.meta, Coin);

/** What it is made of can be had so many times. */
export class Fading {
  times: number;
  constructor(times: number) { this.times = times; }
}
sendable(import.meta, Fading, {
  toData: (fading) => {
    if (--fading.times < 0) throw new Error('gone');
    return fading.times;
  },
  fromData: (times: number) => new Fading(times),
});
