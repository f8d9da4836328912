/** Every expression of a definition: whether it parses, and names only what can exist where it is evaluated. */
import { didYouMean, type Json } from '@opscore/contract'
import type { CompiledTask } from '../compile/compiled-workflow.ts'
import type { Draft } from '../compile/definition-draft.ts'
import { parseExpression } from '../expression/expression-parser.ts'
import type { ExpressionNode, Reference } from '../expression/expression-tree.ts'
import { isTemplate, parseTemplate } from '../expression/template.ts'
import type { TaskWork } from '../kinds/task-work.ts'
import type { TaskOrder } from './check-graph.ts'
import { type ProblemList, pointer } from './problem-list.ts'

/** In one definition, in characters. Parsing them all must stay well under 50 ms. */
const MAX_EXPRESSION_TEXT = 128 * 1024

/** What the shortest expression costs besides its characters, in the same measure. */
const EXPRESSION_OVERHEAD = 16

const SESSION_FIELDS = ['sessionId', 'workflowId', 'agentId', 'metadata']

/** Where an expression stands: `parameters` of a task, a `when` after it, or the session's `output`. */
type Surroundings = { kind: 'parameters' | 'edge'; task: CompiledTask } | { kind: 'output' }

export function checkExpressions(draft: Draft, order: TaskOrder, problems: ProblemList): void {
  const checker = createChecker(order, problems)
  for (const { task, path, leads } of draft.tasks) {
    checkTemplates(task.parameters, pointer(path, 'parameters'), { kind: 'parameters', task }, checker)
    for (const [field, template] of templatesOf(task.work)) {
      checkTemplates(template, pointer(path, field), { kind: 'parameters', task }, checker)
    }
    for (const [index, { when }] of task.edges.entries()) {
      if (when !== null) checker.check(when, leads[index]?.whenPath ?? path, { kind: 'edge', task })
    }
  }
  const { output } = draft.workflow
  if (output !== undefined) checkTemplates(output, '/output', { kind: 'output' }, checker)
}

/** What of a kind's own fields is a template. */
function templatesOf(work: TaskWork | undefined): [field: string, template: Json][] {
  switch (work?.kind) {
    case 'expression':
      return [['value', work.value]]
    case 'wait':
      return work.until === null ? [] : [['until', work.until]]
    case 'approval':
      return [['title', work.title]]
    default:
      return []
  }
}

interface Checker {
  problems: ProblemList
  check(source: string, path: string, around: Surroundings): void
}

function createChecker(order: TaskOrder, problems: ProblemList): Checker {
  let characters = 0

  function isAffordable(source: string, path: string): boolean {
    const before = characters
    characters += source.length + EXPRESSION_OVERHEAD
    if (before <= MAX_EXPRESSION_TEXT && characters > MAX_EXPRESSION_TEXT) {
      problems.error(path, 'The definition has too many expressions: they are more than 128 KiB')
    }
    return characters <= MAX_EXPRESSION_TEXT
  }

  return {
    problems,
    check(source, path, around) {
      if (!isAffordable(source, path)) return
      const parsed = parseExpression(source)
      if (!parsed.ok) return problems.error(path, `${parsed.message} (${place(parsed.at)})`)
      for (const reference of parsed.expression.references) {
        const sentence = () => `${messageFor(reference, around, order)} (${place(reference.at)})`
        if (!isKnown(reference, around, order)) problems.error(path, sentence)
      }
      if (around.kind === 'edge' && isNeverBoolean(parsed.expression.tree)) {
        problems.error(path, 'A condition must be true or false, and this one never is')
      }
    },
  }
}

function place(at: number): string {
  return `character ${at + 1} of the expression`
}

/** Every `${{ }}` in the strings of a template. */
function checkTemplates(template: Json, path: string, around: Surroundings, checker: Checker): void {
  const keys: (string | number)[] = []
  const here = () => keys.reduce<string>(pointer, path)

  function checkText(text: string): void {
    if (!isTemplate(text)) return
    const parsed = parseTemplate(text)
    if (!parsed.ok) {
      checker.problems.error(here(), `The \${{ at character ${parsed.at + 1} is not closed by }}`)
      return
    }
    for (const part of parsed.parts) if ('expression' in part) checker.check(part.expression, here(), around)
  }

  function walk(part: Json): void {
    if (typeof part === 'string') checkText(part)
    if (part === null || typeof part !== 'object') return
    for (const [key, member] of Array.isArray(part) ? part.entries() : Object.entries(part)) {
      keys.push(key)
      if (typeof key === 'string' && isTemplate(key)) {
        checker.problems.warn(here(), 'An expression in a key is not evaluated')
      }
      walk(member)
      keys.pop()
    }
  }

  walk(template)
}

/** Whether what an expression names can be there when it is evaluated. */
function isKnown(reference: Reference, around: Surroundings, order: TaskOrder): boolean {
  switch (reference.root) {
    case 'input':
      return true
    case 'session':
      return SESSION_FIELDS.includes(reference.field)
    case 'result':
    case 'error':
      return around.kind === 'edge'
    case 'tasks':
      if (around.kind === 'output') return order.has(reference.taskId)
      return order.canPrecede(reference.taskId, around.task.taskId)
  }
}

/** Why it cannot. */
function messageFor(reference: Reference, around: Surroundings, order: TaskOrder): string {
  const { root } = reference
  if (root === 'session') return `session has no "${reference.field}"; it has ${SESSION_FIELDS.join(', ')}`
  if (root !== 'tasks')
    return `"${root}" is known on a task's own edges alone; elsewhere name the task: tasks.<taskId>.${root}`
  const { taskId } = reference
  if (!order.has(taskId)) {
    const dashed = [...order.ids()].find((id) => id.startsWith(`${taskId}-`))
    const hint = dashed ? `; an id with a dash is written tasks["${dashed}"]` : didYouMean(taskId, order.ids())
    return `There is no task "${taskId}"${hint}`
  }
  const here = around.kind === 'output' ? '' : around.task.taskId
  if (taskId === here && around.kind === 'edge')
    return `On its own edges a task's result is "result", its error "error"`
  if (taskId === here) return `Task "${taskId}" has no result before it runs`
  return `Task "${taskId}" cannot have ended before "${here}": no path leads from it to there`
}

/** What an expression yields whatever its data. Where data decides, that is left to the evaluation. */
function isNeverBoolean(node: ExpressionNode): boolean {
  switch (node.kind) {
    case 'literal':
      return typeof node.value !== 'boolean'
    case 'list':
    case 'map':
    case 'negate':
    case 'collect':
      return true
    case 'binary':
      return ['+', '-', '*', '/', '%'].includes(node.operator)
    case 'call':
      return ['size', 'string', 'int', 'double', 'split', 'join', 'substring', 'trim'].includes(node.name)
    case 'choice':
      return isNeverBoolean(node.yes) && isNeverBoolean(node.no)
    default:
      return false
  }
}
