/** The binary operators over JSON values. Numbers are JSON's: there is no integer division and no overflow. */
import type { Json } from '@opscore/contract'
import { numberOf } from './exact-integer.ts'
import type { Budget } from './expression-budget.ts'
import { ExpressionFailure } from './expression-failure.ts'
import { assertStringLength, nameOf } from './expression-functions.ts'
import type { BinaryOperator } from './expression-tree.ts'

/** @throws ExpressionFailure where the operator has no meaning for these values */
export function applyBinary(operator: BinaryOperator, left: Json, right: Json, budget: Budget): Json {
  switch (operator) {
    case '==':
      return isEqual(left, right, budget)
    case '!=':
      return !isEqual(left, right, budget)
    case 'in':
      return isIn(left, right, budget)
    case '+':
      return add(left, right, budget)
    case '<':
      return compare(operator, left, right, budget) < 0
    case '<=':
      return compare(operator, left, right, budget) <= 0
    case '>':
      return compare(operator, left, right, budget) > 0
    case '>=':
      return compare(operator, left, right, budget) >= 0
    default:
      return calculate(operator, left, right)
  }
}

/** Deep; values of different types are not equal, which is no failure. */
function isEqual(one: Json, other: Json, budget: Budget): boolean {
  budget.spend(1)
  const [left, right] = [numberOf(one), numberOf(other)]
  if (left === right || typeof left !== typeof right) {
    if (typeof left === 'string' && typeof right === 'string') budget.characters(left.length)
    return left === right
  }
  if (typeof left === 'string' && typeof right === 'string') {
    if (left.length === right.length) budget.characters(left.length)
    return left === right
  }
  if (left === null || right === null || typeof left !== 'object' || typeof right !== 'object') return false
  if (Array.isArray(left) || Array.isArray(right)) {
    if (!Array.isArray(left) || !Array.isArray(right) || left.length !== right.length) return false
    return left.every((item, index) => isEqual(item, right[index] ?? null, budget))
  }
  const keys = Object.keys(left)
  budget.spend(keys.length)
  if (keys.length !== Object.keys(right).length) return false
  return keys.every((key) => Object.hasOwn(right, key) && isEqual(left[key] ?? null, right[key] ?? null, budget))
}

function isIn(value: Json, range: Json, budget: Budget): boolean {
  if (Array.isArray(range)) return range.some((item) => isEqual(value, item, budget))
  if (range !== null && typeof range === 'object') return typeof value === 'string' && Object.hasOwn(range, value)
  throw new ExpressionFailure(`"in" needs a list or a map, not ${nameOf(range)}`)
}

function add(left: Json, right: Json, budget: Budget): Json {
  if (typeof left === 'number' && typeof right === 'number') return toFinite(left + right)
  if (typeof left === 'string' && typeof right === 'string') {
    assertStringLength(left.length + right.length)
    budget.characters(left.length + right.length)
    return left + right
  }
  if (Array.isArray(left) && Array.isArray(right)) {
    budget.spend(left.length + right.length)
    return [...left, ...right]
  }
  const hint = typeof left === 'string' || typeof right === 'string' ? '; string() makes text of a number' : ''
  throw new ExpressionFailure(`+ cannot add ${nameOf(left)} and ${nameOf(right)}${hint}`)
}

function calculate(operator: '-' | '*' | '/' | '%', left: Json, right: Json): number {
  if (typeof left !== 'number' || typeof right !== 'number') {
    throw new ExpressionFailure(`${operator} needs two numbers, not ${nameOf(left)} and ${nameOf(right)}`)
  }
  if ((operator === '/' || operator === '%') && right === 0) throw new ExpressionFailure('Division by zero')
  switch (operator) {
    case '-':
      return toFinite(left - right)
    case '*':
      return toFinite(left * right)
    case '/':
      return toFinite(left / right)
    case '%':
      return toFinite(left % right)
  }
}

function compare(operator: BinaryOperator, left: Json, right: Json, budget: Budget): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right
  if (typeof left === 'string' && typeof right === 'string') {
    budget.characters(Math.min(left.length, right.length))
    return left < right ? -1 : Number(left > right)
  }
  throw new ExpressionFailure(`${operator} cannot compare ${nameOf(left)} and ${nameOf(right)}`)
}

/** JSON has no infinite number and no minus zero. */
export function toFinite(value: number): number {
  if (!Number.isFinite(value)) throw new ExpressionFailure('The number is too large')
  return value + 0
}
