/**
 * Evaluates an expression's tree over JSON, within a budget.
 *
 * Why not the library's own evaluator: it has no bound on cost (a `filter` within an `exists` over two lists of
 * 100,000 is 10^10 steps), it lets `||` swallow an error that was meant to stop it, and it tells int from double, so
 * that `input.n + 1` fails where `n` came as JSON.
 *
 * 1. Every step is charged before it is taken; a spent budget is never absorbed.
 * 2. Values are JSON throughout: no number is infinite, no key is inherited. An integer beyond 2^53 is a number once it is
 *    looked at; what it lies in may hold it as it was written.
 */
import type { Json } from '@opscore/contract'
import { numberOf } from './exact-integer.ts'
import type { Budget } from './expression-budget.ts'
import { ExpressionFailure } from './expression-failure.ts'
import { nameOf } from './expression-functions.ts'
import { applyBinary, toFinite } from './expression-operators.ts'
import type { ExpressionNode } from './expression-tree.ts'

/** What expressions can see. `tasks` holds those that have ended, by the definition's task id. */
export interface Roots {
  input: Json
  tasks: Readonly<Record<string, Json>>
  session: Json
  /** Of the task whose edges are looked at. */
  result?: Json
  error?: Json
}

export interface Evaluation {
  roots: Roots
  budget: Budget
  /** The values of the comprehensions' variables in scope. */
  variables: Json[]
}

type Of<Kind extends ExpressionNode['kind']> = Extract<ExpressionNode, { kind: Kind }>

/** An absorbed failure costs what making it cost. */
const FAILURE_COST = 50

/** @throws ExpressionFailure */
export function evaluateNode(node: ExpressionNode, evaluation: Evaluation): Json {
  evaluation.budget.spend(1)
  return numberOf(resolve(node, evaluation))
}

function resolve(node: ExpressionNode, evaluation: Evaluation): Json {
  switch (node.kind) {
    case 'literal':
      return node.value
    case 'root':
      return evaluation.roots[node.name] ?? null
    case 'task':
      return taskOf(node, evaluation)
    case 'variable':
      return evaluation.variables[node.slot] ?? null
    case 'select':
      return member(evaluateNode(node.from, evaluation), node.key)
    case 'index':
      return member(evaluateNode(node.from, evaluation), evaluateNode(node.at, evaluation))
    case 'has':
      return isThere(node.path, evaluation)
    case 'list':
      return node.items.map((item) => evaluateNode(item, evaluation))
    case 'map':
      return Object.fromEntries(node.entries.map(([key, value]) => entryOf(key, value, evaluation)))
    case 'not':
      return !asBoolean(evaluateNode(node.of, evaluation), '!')
    case 'negate':
      return 0 - asNumber(evaluateNode(node.of, evaluation))
    case 'and':
      return evaluateLogical(node, false, evaluation)
    case 'or':
      return evaluateLogical(node, true, evaluation)
    case 'choice':
      return asBoolean(evaluateNode(node.condition, evaluation), '?')
        ? evaluateNode(node.yes, evaluation)
        : evaluateNode(node.no, evaluation)
    case 'binary': {
      const left = evaluateNode(node.left, evaluation)
      return applyBinary(node.operator, left, evaluateNode(node.right, evaluation), evaluation.budget)
    }
    case 'call': {
      const args = node.args.map((arg) => evaluateNode(arg, evaluation))
      return node.call(args, evaluation.budget)
    }
    case 'quantify':
      return quantify(node, evaluation)
    case 'collect':
      return collect(node, evaluation)
  }
}

function taskOf(node: Of<'task'>, { roots }: Evaluation): Json {
  const task = Object.hasOwn(roots.tasks, node.taskId) ? roots.tasks[node.taskId] : undefined
  if (task === undefined) throw new ExpressionFailure(`Task "${node.taskId}" has not run`)
  return member(task, node.field)
}

function member(of: Json, key: Json): Json {
  if (Array.isArray(of)) {
    const item = typeof key === 'number' ? of[key] : undefined
    if (item !== undefined) return item
    throw new ExpressionFailure(`There is no element ${nameOf(key)} in a list of ${of.length}`)
  }
  if (of === null || typeof of !== 'object') throw new ExpressionFailure(`There is no ${nameOf(key)} in ${nameOf(of)}`)
  const value = typeof key === 'string' && Object.hasOwn(of, key) ? of[key] : undefined
  if (value === undefined) throw new ExpressionFailure(`There is no ${nameOf(key)} here`)
  return value
}

/** Whether the whole path is there. A task's `result` and `error` are there where they are not null. */
function isThere(path: ExpressionNode, evaluation: Evaluation): boolean {
  try {
    const value = evaluateNode(path, evaluation)
    return path.kind !== 'task' || value !== null
  } catch (error) {
    absorb(error, evaluation)
    return false
  }
}

function entryOf(key: ExpressionNode, value: ExpressionNode, evaluation: Evaluation): [string, Json] {
  const name = evaluateNode(key, evaluation)
  if (typeof name !== 'string') throw new ExpressionFailure(`A map's keys are strings, not ${nameOf(name)}`)
  if (name === '__proto__' || name === 'constructor') throw new ExpressionFailure(`A key must not be "${name}"`)
  return [name, evaluateNode(value, evaluation)]
}

/** The side that decides alone (`decisive`) wins whatever becomes of the other, in either order. */
function evaluateLogical(node: Of<'and' | 'or'>, decisive: boolean, evaluation: Evaluation): boolean {
  const sign = node.kind === 'and' ? '&&' : '||'
  let failure: ExpressionFailure
  try {
    if (asBoolean(evaluateNode(node.left, evaluation), sign) === decisive) return decisive
    return asBoolean(evaluateNode(node.right, evaluation), sign)
  } catch (error) {
    failure = absorb(error, evaluation)
  }
  if (asBoolean(evaluateNode(node.right, evaluation), sign) === decisive) return decisive
  throw failure
}

/** `all` and `exists` go by the elements that decide, even where others fail; `exists_one` needs every one. */
function quantify(node: Of<'quantify'>, evaluation: Evaluation): boolean {
  const { quantifier, slot, predicate } = node
  let holding = 0
  let failure: ExpressionFailure | null = null
  for (const element of elementsOf(node.range, evaluation)) {
    evaluation.variables[slot] = element
    try {
      const holds = asBoolean(evaluateNode(predicate, evaluation), `${quantifier}()`)
      if (quantifier === 'all' && !holds) return false
      if (quantifier === 'exists' && holds) return true
      if (holds) holding += 1
    } catch (error) {
      failure = absorb(error, evaluation)
      if (quantifier === 'exists_one') break
    }
  }
  if (failure) throw failure
  return quantifier === 'exists_one' ? holding === 1 : quantifier === 'all'
}

function collect(node: Of<'collect'>, evaluation: Evaluation): Json[] {
  const collected: Json[] = []
  for (const element of elementsOf(node.range, evaluation)) {
    evaluation.variables[node.slot] = element
    const kept = node.keep === null || asBoolean(evaluateNode(node.keep, evaluation), 'The filter')
    if (kept) collected.push(evaluateNode(node.yields, evaluation))
  }
  return collected
}

/** A list's elements, or a map's keys. */
function elementsOf(range: ExpressionNode, evaluation: Evaluation): Json[] {
  const value = evaluateNode(range, evaluation)
  if (Array.isArray(value)) return value
  if (value === null || typeof value !== 'object') {
    throw new ExpressionFailure(`Only a list or a map has elements, not ${nameOf(value)}`)
  }
  const keys = Object.keys(value)
  evaluation.budget.spend(keys.length)
  return keys
}

function asBoolean(value: Json, where: string): boolean {
  if (typeof value === 'boolean') return value
  throw new ExpressionFailure(`${where} needs true or false, not ${nameOf(value)}`)
}

function asNumber(value: Json): number {
  if (typeof value === 'number') return toFinite(value)
  throw new ExpressionFailure(`- needs a number, not ${nameOf(value)}`)
}

/** @throws what must not be absorbed */
function absorb(error: unknown, evaluation: Evaluation): ExpressionFailure {
  if (!(error instanceof ExpressionFailure) || error.fatal) throw error
  evaluation.budget.spend(FAILURE_COST)
  return error
}
