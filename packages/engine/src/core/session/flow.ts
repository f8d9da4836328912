/**
 * How a session moves along its definition: what an ended task leads to, when a task is scheduled or skipped
 * (dead-path elimination), and when the session is complete.
 */
import type { FailureCode, Json, TaskFailure } from '@opscore/contract'
import type { CompiledTask } from '@opscore/workflow'
import { containsTemplate, evaluateCondition, evaluateTemplate, timeoutEdgeOf } from '@opscore/workflow'
import { endIfTooLarge, endSession } from './finish.ts'
import { beginWork } from './kinds/begin-work.ts'
import type { WorkOutcome } from './kinds/work-outcome.ts'
import { MAX_PAYLOAD_BYTES, refusalOf, sizeOf } from './limits.ts'
import { rootsOf } from './roots.ts'
import { hasEnded, isTerminal } from './state.ts'
import type { Step } from './step.ts'

/**
 * Begins the session with its first task. What that one cannot lead to is skipped at once, so that no join waits for it.
 */
export function scheduleFirst(step: Step): void {
  const { tasks } = step.context.workflow
  const [first, ...others] = tasks
  if (!first) return endSession(step, null)
  schedule(step, first)
  for (const task of others.filter((other) => other.incoming.length === 0)) {
    if (isTerminal(step.state.head.status)) return
    step.addTask('task.skipped', task, { reason: 'Nothing leads to this task' })
    settle(step, task)
  }
  begin(step, first)
}

/**
 * Schedules a task's first attempt of this epoch. The first task's payload is the trigger's, where one was given that is not `{}` (wire
 * contract). Whoever schedules begins the task afterwards (`begin`), once everything that belongs beside it is scheduled too: it may end
 * at once, and with nothing else open the session would.
 */
export function schedule(step: Step, task: CompiledTask): void {
  const attempt = (step.task(task)?.attempts.at(-1)?.attempt ?? 0) + 1
  const evaluated = payloadOf(step, task)
  const { value: payload, bytes } = evaluated.ok ? evaluated : NOTHING
  step.addTask('task.scheduled', task, { payload, bytes }, { attempt })
  if (!evaluated.ok) {
    step.addTask('task.attempt_failed', task, { status: 'failed', error: evaluated.error }, { attempt })
    return
  }
  endIfTooLarge(step)
}

/** Fails a task whose parameters could not be evaluated, and begins one that no agent does; in a pause nothing of that kind begins. */
export function begin(step: Step, definition: CompiledTask): void {
  const task = step.task(definition)
  const attempt = task?.attempts.at(-1)
  if (!task || !attempt || task.status !== 'pending' || isTerminal(step.state.head.status)) return
  if (attempt.endedAt !== null && attempt.error) return failTask(step, definition, attempt.error)
  if (!definition.work || step.state.head.status === 'paused') return
  takeOutcome(step, definition, attempt.attempt, beginWork(step, definition.work))
}

/** What became of a task that no agent does. Its failure is final: nothing would be otherwise the next time. */
export function takeOutcome(step: Step, definition: CompiledTask, attempt: number, outcome: WorkOutcome): void {
  switch (outcome.is) {
    case 'waiting':
      return step.addTask('task.waiting', definition, outcome.waiting, { attempt })
    case 'escalated':
      return step.addTask('task.escalated', definition, { until: outcome.until }, { attempt })
    case 'failed': {
      const { error } = outcome
      const status = isLate(error) ? 'timed_out' : 'failed'
      step.addTask('task.attempt_failed', definition, { status, error }, { attempt })
      return failTask(step, definition, error)
    }
    case 'completed': {
      const { result, signalId } = outcome
      const refusal = refusalOf(result)
      if (refusal) return takeOutcome(step, definition, attempt, { is: 'failed', error: refusal })
      completeTask(step, definition, result, { attempt, ...(signalId === undefined ? {} : { signalId }) })
      return endIfTooLarge(step, { taskId: definition.taskId })
    }
  }
}

type Payload = { ok: true; value: Json; bytes: number } | { ok: false; error: TaskFailure }

const NOTHING = { value: {}, bytes: sizeOf({}) }

function payloadOf(step: Step, task: CompiledTask): Payload {
  const { input } = step.state.head
  const given = task.index === 0 && !task.work && input !== null && Object.keys(input).length > 0 ? input : null
  if (given) return withinBounds(given)
  if (!containsTemplate(task.parameters)) return withinBounds(task.parameters)
  const evaluated = evaluateTemplate(task.parameters, rootsOf(step.state))
  return evaluated.ok ? withinBounds(evaluated.value) : failed('TEMPLATE_ERROR', evaluated.message)
}

function withinBounds(value: Json): Payload {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return failed('TEMPLATE_ERROR', 'The parameters do not evaluate to an object')
  }
  const bytes = sizeOf(value)
  if (bytes <= MAX_PAYLOAD_BYTES) return { ok: true, value, bytes }
  return failed('PAYLOAD_TOO_LARGE', `The payload has ${bytes} bytes, more than ${MAX_PAYLOAD_BYTES}`)
}

const failed = (code: FailureCode, message: string): Payload => ({ ok: false, error: { code, message } })

/** The task has a result: it leads on to what its edges say. */
export function completeTask(
  step: Step,
  task: CompiledTask,
  result: Json,
  about: { attempt?: number; agentId?: string; adopted?: boolean; signalId?: string },
): void {
  const { adopted, signalId, ...where } = about
  const bytes = sizeOf(result)
  const edges = takenEdges(step, task, { result, error: null })
  const taken = edges.ok ? edges.taken : []
  step.addTask(
    'task.completed',
    task,
    { result, taken, bytes, ...(adopted ? { adopted } : {}), ...(signalId === undefined ? {} : { signalId }) },
    where,
  )
  if (!edges.ok) return endSession(step, { code: 'TEMPLATE_ERROR', message: edges.message, taskId: task.taskId })
  settle(step, task)
}

/** The task has used up its attempts: its fallback, its edges, or the end of the session. */
export function failTask(step: Step, task: CompiledTask, error: TaskFailure): void {
  const detour = detourOf(task, error)
  if (detour !== null) {
    step.addTask('task.failed', task, { error, taken: [detour] })
    return settle(step, task)
  }
  if (task.onFailure === 'fail') {
    step.addTask('task.failed', task, { error, taken: [] })
    return endSession(step, { code: error.code, message: error.message, taskId: task.taskId })
  }
  const edges = takenEdges(step, task, { result: null, error })
  step.addTask('task.failed', task, { error, taken: edges.ok ? edges.taken : [] })
  if (!edges.ok) return endSession(step, { code: 'TEMPLATE_ERROR', message: edges.message, taskId: task.taskId })
  settle(step, task)
}

/** Whether nothing came, or nobody decided, in time. */
const isLate = ({ code }: TaskFailure): boolean => code === 'WAIT_TIMEOUT' || code === 'APPROVAL_EXPIRED'

/** Where the session goes on after the failure; `null` for nowhere in particular. */
function detourOf(task: CompiledTask, error: TaskFailure): string | null {
  return (isLate(error) ? timeoutEdgeOf(task.work) : null) ?? task.fallbackTaskId
}

type TakenEdges = { ok: true; taken: string[] } | { ok: false; message: string }

function takenEdges(step: Step, task: CompiledTask, own: { result: Json; error: TaskFailure | null }): TakenEdges {
  const conditional = task.edges.some((edge) => edge.when !== null)
  const roots = conditional ? rootsOf(step.state, own) : null
  const taken = new Set<string>()
  for (const edge of task.edges) {
    const held = edge.when === null || !roots ? { ok: true as const, value: true } : evaluateCondition(edge.when, roots)
    if (!held.ok) return { ok: false, message: `The condition of the edge to "${edge.to}": ${held.message}` }
    if (held.value) taken.add(edge.to)
    if (held.value && task.mode === 'first') break
  }
  return { ok: true, taken: [...taken] }
}

/**
 * Schedules every task whose turn has come by the end of `from`, and skips those that nothing can lead to any more,
 * until nothing moves. Then, with nothing open, the session is complete.
 */
function settle(step: Step, from: CompiledTask): void {
  const queue = successors(from)
  const scheduled: CompiledTask[] = []
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (isTerminal(step.state.head.status)) return
    const task = step.context.workflow.byId.get(id)
    if (!task || step.task(task)) continue
    const turn = turnOf(step, task)
    if (turn === 'run') {
      schedule(step, task)
      scheduled.push(task)
    }
    if (turn === 'skip') {
      step.addTask('task.skipped', task, { reason: 'No path leads here any more' })
      queue.push(...successors(task))
    }
  }
  for (const task of scheduled) begin(step, task)
  if (step.state.head.openTasks === 0) endSession(step, null)
}

function successors(task: CompiledTask): string[] {
  const ids = task.edges.map((edge) => edge.to)
  for (const detour of [task.fallbackTaskId, timeoutEdgeOf(task.work)]) if (detour !== null) ids.push(detour)
  return ids
}

/**
 * `all` waits until each edge is taken or dead and runs if one was taken; `any` runs at the first that is taken, and `atLeast` at the
 * nth, or is skipped once so many cannot come any more.
 */
function turnOf(step: Step, task: CompiledTask): 'run' | 'skip' | 'wait' {
  const needed = typeof task.join === 'object' ? task.join.atLeast : 1
  let open = 0
  let taken = 0
  // From behind: every end of a branch comes by here, and of many that began together the last are mostly open longest.
  for (const id of task.incoming.toReversed()) {
    const source = step.context.workflow.byId.get(id)
    const state = source && step.task(source)
    const hasCome = state !== undefined && hasEnded(state)
    if (!hasCome && task.join === 'all') return 'wait'
    if (!hasCome) open += 1
    else if (state.taken?.includes(task.taskId)) taken += 1
  }
  if (taken >= needed) return 'run'
  return taken + open >= needed ? 'wait' : 'skip'
}
