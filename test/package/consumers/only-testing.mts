import { ManualClock } from 'troupe/testing';

export const clock: { now(): number } = new ManualClock();
