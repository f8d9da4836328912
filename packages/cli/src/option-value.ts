/** How the text of an option becomes its value. What does not fit is a usage error that says what would. */
import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '@opscore/contract'
import { InvalidArgumentError } from 'commander'

/** Milliseconds, the smaller bound first. */
export interface Span {
  from: number
  to: number
}

const DURATION = /^(\d{1,6})(s|m|h|d)$/
const DURATION_UNITS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const

const UNITS = { ms: 1, s: 1_000, m: 60_000 } as const
const SPAN = /^(\d+(?:\.\d+)?)(ms|s|m)?(?:-(\d+(?:\.\d+)?)(ms|s|m))?$/

export function port(text: string): number {
  return wholeNumber(0, 65_535)(text)
}

export function wholeNumber(low: number, high: number): (text: string) => number {
  return (text) => {
    const value = /^\d{1,10}$/.test(text) ? Number(text) : Number.NaN
    if (value >= low && value <= high) return value
    throw new InvalidArgumentError(`It must be a whole number from ${low} to ${high}.`)
  }
}

export function rate(text: string): number {
  const value = /^\d*\.?\d+$/.test(text) ? Number(text) : Number.NaN
  if (value >= 0 && value <= 1) return value
  throw new InvalidArgumentError('It must be a number from 0 to 1.')
}

/** `250ms`, `1.5s`, or a range: `100-400ms`, `800ms-2s`. */
export function span(text: string): Span {
  const [, low, lowUnit, high, highUnit] = SPAN.exec(text) ?? []
  const unit = unitOf(lowUnit) ?? unitOf(highUnit)
  if (low === undefined || unit === undefined)
    throw new InvalidArgumentError('It must be a time such as 250ms, 1s or 100-400ms.')
  const from = Number(low) * unit
  const to = high === undefined ? from : Number(high) * (unitOf(highUnit) ?? unit)
  if (to < from) throw new InvalidArgumentError('The second time must not be below the first.')
  return { from, to }
}

export function words(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (items.length > 0) return items
  throw new InvalidArgumentError('It must be at least one word, with commas between several.')
}

/** Words of which each is one of `choices`. */
export function wordsAmong<const T extends string>(choices: readonly T[]): (text: string) => T[] {
  return (text) =>
    words(text).map((word) => {
      const choice = choices.find((one) => one === word)
      if (choice !== undefined) return choice
      throw new InvalidArgumentError(`There is no "${word}". It must be some of: ${choices.join(', ')}.`)
    })
}

/** `30s`, `5m`, `12h` or `90d`, in milliseconds. */
export function duration(text: string): number {
  const [, count, unit] = DURATION.exec(text) ?? []
  if (Number(count) > 0 && (unit === 's' || unit === 'm' || unit === 'h' || unit === 'd')) {
    return Number(count) * DURATION_UNITS[unit]
  }
  throw new InvalidArgumentError('It must be a time such as 30s, 5m, 12h or 90d.')
}

export function json(text: string): Json {
  try {
    return JSON.parse(text)
  } catch {
    throw new InvalidArgumentError('It must be JSON, such as {"ok":true} or "done".')
  }
}

/** A JSON object, or `@` and the file that has it. */
export function jsonObject(text: string): JsonObject {
  const value = json(text.startsWith('@') ? contentOf(text.slice(1)) : text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value
  throw new InvalidArgumentError('It must be a JSON object, such as {"to":"Ada"}.')
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function unitOf(unit: string | undefined): number | undefined {
  return unit === 'ms' || unit === 's' || unit === 'm' ? UNITS[unit] : undefined
}
