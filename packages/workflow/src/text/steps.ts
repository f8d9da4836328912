/**
 * Work that is done a step at a time: whoever shares its thread with others lets them have a turn at each `yield`, and
 * whoever does not runs through. What a step takes at most is the promise of the function that yields.
 */
export type Steps<T> = Generator<undefined, T, undefined>

/** Takes every step at once. */
export function runThrough<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}
