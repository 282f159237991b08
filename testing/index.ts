export { ManualClock } from './manual-clock.ts';
export { simulate, simulateEveryStep } from './simulate.ts';
export type { EveryStepOptions, SimulateOptions } from './simulate.ts';
export { testKit } from './test-kit.ts';
export type { KitClock, RecordedEvent, TestKit, TestKitOptions } from './test-kit.ts';
export type { FaultOptions } from './faults.ts';
