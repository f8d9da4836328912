/**
 * How long to wait after so many failures (1 is the first), in milliseconds: doubling from `initial` to
 * `maximum`, less up to a fifth, so that what failed together does not come again together.
 */
export function createBackOff({
  initial,
  maximum,
  random = Math.random,
}: {
  initial: number
  maximum: number
  random?: () => number
}): (failures: number) => number {
  return (failures) => Math.min(maximum, initial * 2 ** Math.min(failures - 1, 30)) * (1 - 0.2 * random())
}
