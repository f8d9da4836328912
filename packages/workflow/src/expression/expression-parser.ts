/**
 * CEL source to a tree that expression-evaluator.ts walks. The library parses; what has no bounded cost or no meaning
 * over JSON is refused here, before anything runs: `matches`, bytes, unsigned literals, unknown names and functions.
 */
import { type ASTNode, Environment, ParseError } from '@marcbachmann/cel-js'
import { didYouMean } from '@opscore/contract'
import { ExpressionFailure } from './expression-failure.ts'
import { FUNCTIONS } from './expression-functions.ts'
import type { Expression, ExpressionNode, Reference } from './expression-tree.ts'

const MAX_EXPRESSION_LENGTH = 4096

/** The parser and the evaluator recurse: these keep both far from the end of the stack. */
const MAX_NODES = 1000
const MAX_DEPTH = 64
const MAX_LIST = 500

const ROOTS = ['input', 'tasks', 'result', 'error', 'session']

const parser = new Environment({
  unlistedVariablesAreDyn: true,
  limits: {
    maxAstNodes: MAX_NODES,
    maxDepth: MAX_DEPTH,
    maxListElements: MAX_LIST,
    maxMapEntries: MAX_LIST,
    maxCallArguments: 8,
  },
})

export type ParsedExpression = { ok: true; expression: Expression } | { ok: false; message: string; at: number }

/** Never throws; `at` is the offset in the source that the message is about. */
export function parseExpression(source: string): ParsedExpression {
  if (source.length > MAX_EXPRESSION_LENGTH) {
    return { ok: false, message: `The expression is longer than ${MAX_EXPRESSION_LENGTH} characters`, at: 0 }
  }
  try {
    const references: Reference[] = []
    const tree = resolve(parser.parse(source).ast, { references, variables: [], depth: 0 })
    return { ok: true, expression: { source, tree, references } }
  } catch (error) {
    if (error instanceof Refusal) return { ok: false, message: error.message, at: error.at }
    if (error instanceof ParseError) return { ok: false, message: error.summary, at: error.range?.start ?? 0 }
    if (error instanceof RangeError) return { ok: false, message: 'The expression is nested too deeply', at: 0 }
    throw error
  }
}

class Refusal extends ExpressionFailure {
  readonly at: number

  constructor(at: number, message: string) {
    super(message)
    this.at = at
  }
}

interface Scope {
  references: Reference[]
  /** Names of the comprehensions' variables, the outermost first. */
  variables: readonly string[]
  depth: number
}

function resolve(node: ASTNode, outer: Scope): ExpressionNode {
  const scope = { ...outer, depth: outer.depth + 1 }
  if (scope.depth > MAX_DEPTH) throw new Refusal(node.start, `The expression is nested more than ${MAX_DEPTH} deep`)
  const into = (inner: ASTNode) => resolve(inner, scope)
  switch (node.op) {
    case 'value':
      return { kind: 'literal', value: literal(node.args, node.start) }
    case 'id':
      return resolveName(node.args, node.start, scope)
    case '.':
      return taskField(node, scope) ?? select(into(node.args[0]), node.args[1], node, scope)
    case '[]': {
      const known = taskField(node, scope)
      return known ?? { kind: 'index', from: into(node.args[0]), at: into(node.args[1]) }
    }
    case '!_':
      return { kind: 'not', of: into(node.args) }
    case '-_':
      return { kind: 'negate', of: into(node.args) }
    case '&&':
      return { kind: 'and', left: into(node.args[0]), right: into(node.args[1]) }
    case '||':
      return { kind: 'or', left: into(node.args[0]), right: into(node.args[1]) }
    case '?:': {
      const [condition, yes, no] = node.args
      return { kind: 'choice', condition: into(condition), yes: into(yes), no: into(no) }
    }
    case 'list':
      return { kind: 'list', items: node.args.map(into) }
    case 'map':
      return { kind: 'map', entries: node.args.map(([key, value]) => [into(key), into(value)]) }
    case 'call':
      return resolveCall(node.args[0], node.args[1], node.start, scope)
    case 'rcall':
      return resolveMethod(node, scope)
    case '.?':
    case '[?]':
      throw new Refusal(node.start, 'Optional access is not available; has() tells whether something is there')
    default:
      return { kind: 'binary', operator: node.op, left: into(node.args[0]), right: into(node.args[1]) }
  }
}

function select(from: ExpressionNode, key: string, node: ASTNode, scope: Scope): ExpressionNode {
  if (from.kind === 'root' && from.name === 'session') {
    scope.references.push({ root: 'session', field: key, at: node.start })
  }
  return { kind: 'select', from, key }
}

/** There is one kind of number, JSON's: `5` and `5.0` are the same, and `5 / 2` is 2.5. */
function literal(value: unknown, at: number): string | number | boolean | null {
  if (typeof value === 'bigint') {
    const number = Number(value)
    if (!Number.isSafeInteger(number)) throw new Refusal(at, `${value} is too large to be kept exactly`)
    return number
  }
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return value
  throw new Refusal(at, 'Bytes and unsigned literals are not available; values are JSON')
}

function resolveName(name: string, at: number, scope: Scope): ExpressionNode {
  const slot = scope.variables.lastIndexOf(name)
  if (slot >= 0) return { kind: 'variable', slot }
  switch (name) {
    case 'input':
    case 'result':
    case 'error':
      scope.references.push({ root: name, at })
      return { kind: 'root', name }
    case 'session':
      return { kind: 'root', name }
    case 'tasks':
      throw new Refusal(at, 'Name the task and what of it: tasks.<taskId>.result or tasks.<taskId>.error')
    default:
      throw new Refusal(at, `Unknown name "${name}"${didYouMean(name, [...ROOTS, ...scope.variables])}`)
  }
}

/** `tasks.<id>.result`, `tasks["<id>"].error`: the only ways to reach another task, so that they can be checked. */
function taskField(node: ASTNode, scope: Scope): ExpressionNode | null {
  const outer = constantAccess(node)
  const inner = outer && constantAccess(outer.from)
  if (!outer || !inner) return null
  const isTasks = inner.from.op === 'id' && inner.from.args === 'tasks' && !scope.variables.includes('tasks')
  if (!isTasks) return null
  const field = outer.key
  if (field !== 'result' && field !== 'error') {
    throw new Refusal(node.start, `A task has "result" and "error", not "${field}"`)
  }
  scope.references.push({ root: 'tasks', taskId: inner.key, at: node.start })
  return { kind: 'task', taskId: inner.key, field }
}

function constantAccess(node: ASTNode): { from: ASTNode; key: string } | null {
  if (node.op === '.') return { from: node.args[0], key: node.args[1] }
  if (node.op !== '[]') return null
  const [from, at] = node.args
  return at.op === 'value' && typeof at.args === 'string' ? { from, key: at.args } : null
}

function resolveCall(name: string, args: ASTNode[], at: number, scope: Scope): ExpressionNode {
  if (name === 'has') {
    const [path] = args
    if (args.length !== 1 || !path || (path.op !== '.' && path.op !== '[]')) {
      throw new Refusal(at, 'has() takes one path, such as has(input.name)')
    }
    return { kind: 'has', path: resolve(path, scope) }
  }
  return callOf(name, args, at, scope, 'function')
}

function resolveMethod(node: ASTNode & { op: 'rcall' }, scope: Scope): ExpressionNode {
  const [name, receiver, args] = node.args
  const [variable, first, second] = args
  const isMacro = name === 'all' || name === 'exists' || name === 'exists_one' || name === 'map' || name === 'filter'
  if (!isMacro) return callOf(name, [receiver, ...args], node.start, scope, 'method')
  if (variable?.op !== 'id' || !first || args.length > (name === 'map' ? 3 : 2)) {
    throw new Refusal(node.start, `${name}() takes a variable and an expression, such as ${name}(item, item.ready)`)
  }
  const range = resolve(receiver, scope)
  const slot = scope.variables.length
  const inner = { ...scope, variables: [...scope.variables, variable.args] }
  const body = resolve(first, inner)
  if (name === 'filter') return { kind: 'collect', range, slot, keep: body, yields: { kind: 'variable', slot } }
  if (name !== 'map') return { kind: 'quantify', quantifier: name, range, slot, predicate: body }
  if (!second) return { kind: 'collect', range, slot, keep: null, yields: body }
  return { kind: 'collect', range, slot, keep: body, yields: resolve(second, inner) }
}

function callOf(name: string, args: ASTNode[], at: number, scope: Scope, form: 'function' | 'method'): ExpressionNode {
  const known = FUNCTIONS.get(name)
  if (name === 'matches') throw new Refusal(at, 'matches() is not available: a regular expression has no bounded cost')
  if (!known?.forms.includes(form)) {
    throw new Refusal(at, `There is no ${form} ${name}()${didYouMean(name, FUNCTIONS.keys())}`)
  }
  const given = form === 'method' ? args.length - 1 : args.length
  const least = known.arguments[0] - (form === 'method' ? 1 : 0)
  const most = known.arguments[1] - (form === 'method' ? 1 : 0)
  if (given < least || given > most) {
    const count = least === most ? `${least}` : `${least} to ${most}`
    throw new Refusal(at, `${name}() takes ${count} argument${count === '1' ? '' : 's'}, not ${given}`)
  }
  return { kind: 'call', name, call: known.call, args: args.map((arg) => resolve(arg, scope)) }
}
