/** Waiting and durations: the entry `@opscore/contract/time`, which brings in nothing else, so it is small in a browser. */
export * from './time/duration.ts'
export * from './time/time-limit.ts'
export * from './time/timer.ts'
export * from './time/wait.ts'
