/** How values of a kind are written. */
export type Unit = 'count' | 'per second' | 'ms' | 'cores' | 'bytes' | 'bytes per second'

const STEPS = ['B', 'KiB', 'MiB', 'GiB'] as const

export function write(value: number, unit: Unit): string {
  if (unit === 'bytes') return bytes(value)
  if (unit === 'bytes per second') return `${bytes(value)}/s`
  if (unit === 'ms') return value >= 10_000 ? `${short(value / 1000)} s` : `${short(value)} ms`
  if (unit === 'per second') return `${short(value)}/s`
  return short(value)
}

function bytes(value: number): string {
  const step = Math.min(STEPS.length - 1, value < 1 ? 0 : Math.floor(Math.log2(value) / 10))
  return `${short(value / 1024 ** step)} ${STEPS[step]}`
}

/** Three digits, and thousands apart. */
export function short(value: number): string {
  if (Math.abs(value) >= 1000) return Math.round(value).toLocaleString('en-US')
  return String(Number(value.toPrecision(3)))
}

/** `1:30`, of seconds. */
export function clock(seconds: number): string {
  return `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`
}
