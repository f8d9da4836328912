/** How the text of an option becomes its value. What does not fit is a usage error that says what would. */
import { readFileSync } from 'node:fs'
import type { Json, JsonObject } from '@opscore/contract'
import { parseExactly } from '@opscore/contract/exact-json'
import { parseDurationText } from '@opscore/contract/time'
import { InvalidArgumentError } from 'commander'

/** Milliseconds, the smaller bound first. */
export interface Span {
  from: number
  to: number
}

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

/** A duration, or two as a range: `250ms`, `800ms-2s`. In `100-400ms` the first has the unit of the second. */
export function span(text: string): Span {
  const [low = '', high = low, ...more] = text.split('-')
  const [, unit = ''] = /^[\d.]+([a-z]+)$/.exec(high) ?? []
  const from = parseDurationText(/[a-z]/.test(low) ? low : low + unit)
  const to = parseDurationText(high)
  if (more.length > 0 || !from.ok || !to.ok) {
    throw new InvalidArgumentError('It must be a time such as 250ms, 1s or 100-400ms.')
  }
  if (to.milliseconds < from.milliseconds) {
    throw new InvalidArgumentError('The second time must not be below the first.')
  }
  return { from: from.milliseconds, to: to.milliseconds }
}

export function words(text: string): string[] {
  const items = text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
  if (items.length > 0) return items
  throw new InvalidArgumentError('It must be at least one word, with commas between several.')
}

/** The words of an option that stands several times, all of them. For one without a default. */
export function all<T>(parse: (text: string) => T[]): (text: string, before: T[] | undefined) => T[] {
  return (text, before) => [...(before ?? []), ...parse(text)]
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

/** A duration that is not 0, as they are written everywhere; in milliseconds. */
export function duration(text: string): number {
  const parsed = parseDurationText(text)
  if (!parsed.ok) throw new InvalidArgumentError(`It ${parsed.message}.`)
  if (parsed.milliseconds > 0) return parsed.milliseconds
  throw new InvalidArgumentError('It must be longer than 0.')
}

/** Integers keep their digits. */
export function json(text: string): Json {
  try {
    return parseExactly(text)
  } catch {
    throw new InvalidArgumentError('It must be JSON, such as {"ok":true} or "done".')
  }
}

/** A JSON object, or `@` and the file that has it. */
export function jsonObject(text: string): JsonObject {
  const value = json(text.startsWith('@') ? contentOf(text.slice(1)) : text)
  if (typeof value === 'object' && value !== null && !Array.isArray(value) && !JSON.isRawJSON(value)) return value
  throw new InvalidArgumentError('It must be a JSON object, such as {"to":"Ada"}.')
}

function contentOf(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new InvalidArgumentError(`The file cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}
