import type { Json } from '@opscore/contract'
import { ExpressionFailure } from './expression-failure.ts'

/**
 * What one template or condition may cost. A unit is a step of the evaluator, an element touched, or 32 characters
 * handled, each well under 100 ns: the whole stays under 50 ms. Without it, `list.exists(a, list.exists(b, ...))` over
 * a payload of 256 KiB runs for minutes.
 */
const COST_LIMIT = 200_000

const CHARACTERS_PER_UNIT = 32

/** What is left to spend. @throws ExpressionFailure, a fatal one, once it is spent. */
export interface Budget {
  spend(units: number): void
  /** Charges for handling so many characters. */
  characters(count: number): void
  /** Charges for a value's whole tree, as comparing or printing it touches it. */
  tree(value: Json): void
}

export function createBudget(limit = COST_LIMIT): Budget {
  let left = limit

  function spend(units: number): void {
    left -= units
    if (left < 0) throw new ExpressionFailure(`The expression costs more than ${limit} steps`, { fatal: true })
  }

  function characters(count: number): void {
    spend(1 + Math.floor(count / CHARACTERS_PER_UNIT))
  }

  function tree(value: Json): void {
    if (typeof value === 'string') characters(value.length)
    else if (Array.isArray(value)) {
      spend(1 + value.length)
      for (const item of value) tree(item)
    } else if (value !== null && typeof value === 'object') {
      for (const key in value) {
        characters(key.length)
        tree(value[key] ?? null)
      }
    } else spend(1)
  }

  return { spend, characters, tree }
}
