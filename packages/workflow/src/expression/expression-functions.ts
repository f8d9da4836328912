/** The functions of the expression language, over JSON values. Each charges for what it touches before it does so. */
import type { Json } from '@opscore/contract'
import type { Budget } from './expression-budget.ts'
import { ExpressionFailure } from './expression-failure.ts'

export interface CelFunction {
  forms: readonly ('function' | 'method')[]
  /** Least and most arguments; a method's receiver is the first. */
  arguments: readonly [number, number]
  call(args: Json[], budget: Budget): Json
}

/** No string in an evaluation grows beyond what a payload may hold. */
const MAX_STRING = 256 * 1024

const both = ['function', 'method'] as const

export const FUNCTIONS: ReadonlyMap<string, CelFunction> = new Map<string, CelFunction>([
  ['size', { forms: both, arguments: [1, 1], call: ([of = null], budget) => sizeOf(of, budget) }],
  ['string', { forms: ['function'], arguments: [1, 1], call: ([of = null]) => toText(of) }],
  ['int', { forms: ['function'], arguments: [1, 1], call: ([of = null]) => Math.trunc(toNumber(of, 'int')) + 0 }],
  ['double', { forms: ['function'], arguments: [1, 1], call: ([of = null]) => toNumber(of, 'double') }],
  ['bool', { forms: ['function'], arguments: [1, 1], call: ([of = null]) => toBoolean(of) }],
  ['contains', searching('contains', (text, part) => text.includes(part))],
  ['startsWith', searching('startsWith', (text, part) => text.startsWith(part))],
  ['endsWith', searching('endsWith', (text, part) => text.endsWith(part))],
  ['lowerAscii', changing('lowerAscii', (text) => text.replace(/[A-Z]+/g, (run) => run.toLowerCase()))],
  ['upperAscii', changing('upperAscii', (text) => text.replace(/[a-z]+/g, (run) => run.toUpperCase()))],
  ['trim', changing('trim', (text) => text.trim())],
  ['split', { forms: ['method'], arguments: [2, 2], call: split }],
  ['join', { forms: ['method'], arguments: [1, 2], call: join }],
  ['substring', { forms: ['method'], arguments: [2, 3], call: substring }],
])

function searching(name: string, test: (text: string, part: string) => boolean): CelFunction {
  return {
    forms: ['method'],
    arguments: [2, 2],
    call([text, part], budget) {
      const [whole, sought] = [textOf(text, name), textOf(part, name)]
      chargeSearch(budget, whole, sought)
      return test(whole, sought)
    },
  }
}

/** A search may compare the whole of what is sought at every place. */
function chargeSearch(budget: Budget, text: string, part: string): void {
  budget.characters(text.length * Math.max(1, part.length / 8))
}

function changing(name: string, change: (text: string) => string): CelFunction {
  return {
    forms: ['method'],
    arguments: [1, 1],
    call([value], budget) {
      const text = textOf(value, name)
      budget.characters(text.length * 4)
      return change(text)
    },
  }
}

/** Characters of a string (code points, as CEL counts), elements of a list, keys of a map. */
function sizeOf(value: Json, budget: Budget): number {
  if (Array.isArray(value)) return value.length
  if (typeof value === 'string') return charactersOf(value, budget).length
  if (value !== null && typeof value === 'object') {
    const keys = Object.keys(value)
    budget.spend(keys.length)
    return keys.length
  }
  throw new ExpressionFailure(`size() takes a string, list or map, not ${nameOf(value)}`)
}

function charactersOf(text: string, budget: Budget): string[] {
  budget.characters(text.length * 8)
  return Array.from(text)
}

/** A scalar as text. @throws ExpressionFailure for lists and maps */
function toText(value: Json): string {
  if (value === null || typeof value === 'object') {
    throw new ExpressionFailure(`string() takes a scalar, not ${nameOf(value)}`)
  }
  return String(value)
}

const NUMBER = /^[+-]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][+-]?\d{1,4})?$/

function toNumber(value: Json, name: string): number {
  if (typeof value === 'number') return value
  const number = typeof value === 'string' && NUMBER.test(value) ? Number(value) : Number.NaN
  if (!Number.isFinite(number)) throw new ExpressionFailure(`${name}() cannot read ${nameOf(value)} as a number`)
  return number
}

function toBoolean(value: Json): boolean {
  if (typeof value === 'boolean') return value
  if (value === 'true' || value === 'false') return value === 'true'
  throw new ExpressionFailure(`bool() takes true, false or their text, not ${nameOf(value)}`)
}

function split([value, by]: Json[], budget: Budget): Json {
  const [text, separator] = [textOf(value, 'split'), textOf(by, 'split')]
  chargeSearch(budget, text, separator)
  const parts = separator === '' ? charactersOf(text, budget) : text.split(separator)
  budget.spend(parts.length)
  return parts
}

function join([list, by = '']: Json[], budget: Budget): Json {
  if (!Array.isArray(list)) throw new ExpressionFailure(`join() takes a list of strings, not ${nameOf(list)}`)
  const separator = textOf(by, 'join')
  budget.spend(list.length)
  let length = 0
  const parts: string[] = []
  for (const item of list) {
    const part = textOf(item, 'join')
    length += part.length + separator.length
    assertStringLength(length)
    parts.push(part)
  }
  budget.characters(length)
  return parts.join(separator)
}

/** By code points, from `start` to before `end`, both within the string. */
function substring([value, start = 0, end]: Json[], budget: Budget): Json {
  const characters = charactersOf(textOf(value, 'substring'), budget)
  const to = end ?? characters.length
  const inRange = isIndex(start) && isIndex(to) && start <= to && to <= characters.length
  if (!inRange)
    throw new ExpressionFailure(`substring() is out of range: the string has ${characters.length} characters`)
  return characters.slice(start, to).join('')
}

function isIndex(value: Json): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}

function textOf(value: Json | undefined, name: string): string {
  if (typeof value === 'string') return value
  throw new ExpressionFailure(`${name}() takes strings, not ${nameOf(value)}`)
}

/** @throws ExpressionFailure, a fatal one */
export function assertStringLength(length: number): void {
  if (length > MAX_STRING) {
    throw new ExpressionFailure(`A string grew beyond ${MAX_STRING / 1024} KiB`, { fatal: true })
  }
}

/** What a value is, for messages; scalars are shown, cut short. */
export function nameOf(value: Json | undefined): string {
  if (value === undefined) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  if (value !== null && typeof value === 'object') return 'a map'
  if (typeof value === 'string') return value.length > 40 ? 'a string' : JSON.stringify(value)
  return String(value)
}
