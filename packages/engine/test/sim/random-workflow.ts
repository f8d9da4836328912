import type { JsonObject } from '@opscore/contract'
import type { Dice } from './virtual-world.ts'

/**
 * A definition that can run: a graph whose edges only lead on, of every form that the language has, over the agents and
 * capabilities that the simulated fleet has at some time.
 */
export function randomWorkflow(dice: Dice, id: string, agentIds: readonly string[]): JsonObject {
  const count = dice.between(1, 6)
  const tasks = Array.from({ length: count }, (_, index) => randomTask(dice, index, count, agentIds))
  for (const task of tasks) if (dice.chance(0.2)) becomeAnotherKind(dice, task, tasks)
  if (count > 3 && dice.chance(0.4)) spreadAndJoin(tasks)
  return {
    id,
    name: id,
    timeout: dice.between(300, 1800),
    routing: dice.chance(0.2) ? 'strict' : 'preferred',
    defaults: {
      timeouts: { scheduleToStart: dice.between(60, 900), startToClose: dice.between(3, 40) },
      retry: {
        maxAttempts: dice.between(1, 5),
        initialInterval: dice.between(1, 20) / 10,
        backoffCoefficient: dice.between(10, 25) / 10,
      },
    },
    tasks,
  }
}

function randomTask(dice: Dice, index: number, count: number, agentIds: readonly string[]): JsonObject {
  const task: JsonObject = { taskId: `t${index}`, name: `Task ${index}`, priority: dice.between(0, 9) }
  const who = dice.next()
  if (who < 0.4) task.agentCapability = dice.pick(['a', 'b', 'c'])
  else if (who < 0.5) task.agentId = dice.pick(agentIds)
  if (dice.chance(0.2)) task.onFailure = 'continue'
  if (dice.chance(0.2)) task.join = 'any'
  if (dice.chance(0.1)) task.timeouts = { scheduleToClose: dice.between(5, 90) }
  const later = Array.from({ length: count - index - 1 }, (_, n) => `t${index + 1 + n}`)
  if (later.length > 0) leadOn(dice, task, later)
  return task
}

/** The signals that the world sends, and that anything waits for. */
export const SIGNALS = ['mail', 'call'] as const

/** No agent does it any more: it is a value, waits, or asks people. Every wait ends by itself. */
function becomeAnotherKind(dice: Dice, task: JsonObject, tasks: readonly JsonObject[]): void {
  for (const name of ['agentCapability', 'agentId', 'timeouts', 'priority']) delete task[name]
  const later = tasks.slice(tasks.indexOf(task) + 1).map(({ taskId = '' }) => taskId)
  const timeout = dice.between(2, 60)
  const roll = dice.next()
  if (roll < 0.3) Object.assign(task, { kind: 'expression', value: { n: '${{ 6 * 7 }}' } })
  else if (roll < 0.5) Object.assign(task, { kind: 'wait', for: dice.between(0, 30) })
  else if (roll < 0.75)
    Object.assign(task, {
      kind: 'wait',
      timeout,
      ...(dice.chance(0.5) ? { signal: 'mail' } : { signals: [...SIGNALS] }),
    })
  else {
    const onExpiry = dice.pick(['fail', 'approve', 'reject', 'escalate'])
    Object.assign(task, {
      kind: 'approval',
      title: 'Go on?',
      timeout,
      onExpiry,
      onReject: dice.pick(['continue', 'fail']),
    })
    if (onExpiry === 'escalate') task.escalateTo = { keys: ['chief'] }
    if (dice.chance(0.3)) task.approvers = { count: 2 }
  }
  if (task.timeout !== undefined && later.length > 0 && dice.chance(0.4)) task.onTimeout = dice.pick(later)
}

/** The first leads to all but the last, and they to the last. */
function spreadAndJoin(tasks: JsonObject[]): void {
  const [first, ...rest] = tasks
  const last = rest.pop()
  if (!first || !last) return
  for (const task of [first, ...rest, last]) for (const form of FORMS) delete task[form]
  delete last.join
  first.next = rest.map(({ taskId = '' }) => ({ to: taskId }))
  for (const task of rest) task.nextTaskId = last.taskId ?? ''
}

const FORMS = ['next', 'nextTaskId', 'choose', 'fallbackTaskId'] as const

function leadOn(dice: Dice, task: JsonObject, later: string[]): void {
  const some = later.filter((_, n) => n === 0 || dice.chance(0.4))
  const form = dice.next()
  if (form < 0.35) task.nextTaskId = dice.pick(later)
  else if (form < 0.7) task.next = some.map((to) => ({ to }))
  else if (form < 0.85)
    task.choose = [...some.slice(1).map((to) => ({ to, when: 'error != null' })), { to: some[0] ?? '' }]
  if (dice.chance(0.2)) task.fallbackTaskId = dice.pick(later)
}
