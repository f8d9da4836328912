/**
 * The definitions of the crash test and what their agents do. A task misbehaves for its first few attempts and then does
 * what it is there for, so that what becomes of a session follows from its script, however many attempts a kill costs.
 */
import type { JsonObject } from '@opscore/contract'
import { diceOf } from '../../../engine/test/sim/virtual-world.ts'

/** Per attempt, in milliseconds; what is late comes after it. */
const START_TO_CLOSE = 2_000
/** More than all misbehaving and all kills can use up. */
const MAX_ATTEMPTS = 60

export type Act = 'completes' | 'fails' | 'fails for good' | 'is silent' | 'is late'

export interface Expected {
  status: 'completed' | 'failed'
  result: unknown
  tasks: Record<string, string>
}

const did = (key: string, taskId: string) => ({ did: taskId, for: key })
const step = (key: string, taskId: string, rest: JsonObject = {}): JsonObject => ({
  taskId,
  name: taskId,
  parameters: { key, taskId },
  ...rest,
})

/** The signal's name, and that of the task that waits for it. */
export const MAIL = 'mail'

interface Shape {
  tasks: (key: string) => JsonObject[]
  /** Tasks that fail for good. */
  fatal: string[]
  /** A signal is to be sent to it. */
  waitsForMail?: true
  expected: (key: string) => Expected
}

const SHAPES: Shape[] = [
  {
    tasks: (key) => [
      step(key, 'a', { nextTaskId: 'b' }),
      step(key, 'b', { nextTaskId: 'c', agentCapability: 'x' }),
      step(key, 'c'),
    ],
    fatal: [],
    expected: (key) => ({ status: 'completed', result: did(key, 'c'), tasks: ended({ a: 1, b: 1, c: 1 }) }),
  },
  {
    tasks: (key) => [
      step(key, 'a', { next: [{ to: 'b' }, { to: 'c' }, { to: 'd' }] }),
      step(key, 'b', { nextTaskId: 'e', agentCapability: 'x' }),
      step(key, 'c', { nextTaskId: 'e', agentCapability: 'y' }),
      step(key, 'd', { nextTaskId: 'e' }),
      step(key, 'e', { join: 'all', agentCapability: 'x' }),
    ],
    fatal: [],
    expected: (key) => ({
      status: 'completed',
      result: did(key, 'e'),
      tasks: ended({ a: 1, b: 1, c: 1, d: 1, e: 1 }),
    }),
  },
  {
    tasks: (key) => [
      step(key, 'a', { nextTaskId: 'b', fallbackTaskId: 'c', agentCapability: 'y' }),
      step(key, 'b'),
      step(key, 'c', { agentCapability: 'x' }),
    ],
    fatal: ['a'],
    expected: (key) => ({
      status: 'completed',
      result: did(key, 'c'),
      tasks: { ...ended({ c: 1 }), a: 'failed', b: 'skipped' },
    }),
  },
  {
    tasks: (key) => [step(key, 'a', { nextTaskId: 'b' }), step(key, 'b', { nextTaskId: 'c' }), step(key, 'c')],
    fatal: ['b'],
    expected: () => ({ status: 'failed', result: null, tasks: { ...ended({ a: 1 }), b: 'failed' } }),
  },
  {
    tasks: (key) => [
      step(key, 'a', { next: [{ to: 'rest' }, { to: 'ask' }] }),
      { taskId: 'rest', kind: 'wait', for: 0.5, nextTaskId: MAIL },
      { taskId: MAIL, kind: 'wait', signal: MAIL, timeout: '10m', nextTaskId: 'sum' },
      { taskId: 'ask', kind: 'approval', title: key, timeout: '10m', nextTaskId: 'sum' },
      {
        taskId: 'sum',
        kind: 'expression',
        value: { mail: `\${{ tasks.${MAIL}.result.text }}`, decisions: '${{ size(tasks.ask.result.decisions) }}' },
      },
    ],
    fatal: [],
    waitsForMail: true,
    expected: (key) => ({
      status: 'completed',
      result: { mail: key, decisions: 1 },
      tasks: ended({ a: 1, rest: 1, mail: 1, ask: 1, sum: 1 }),
    }),
  },
]

const ended = (tasks: Record<string, 1>): Record<string, string> =>
  Object.fromEntries(Object.keys(tasks).map((taskId) => [taskId, 'completed']))

export interface ScriptedSession {
  key: string
  waitsForMail: boolean
  definition: JsonObject
  expected: Expected
}

/** The nth session; the shapes come in turn. */
export function scriptedSession(n: number): ScriptedSession {
  const key = `${n}`
  const shape = shapeOf(key)
  const definition = {
    id: `crash-${n}`,
    name: `Crash ${n}`,
    defaults: {
      retry: {
        maxAttempts: MAX_ATTEMPTS,
        initialInterval: 0.05,
        maximumInterval: 0.5,
        nonRetryableErrors: ['FATAL'],
      },
      timeouts: { startToClose: START_TO_CLOSE / 1_000 },
    },
    tasks: shape.tasks(key),
  }
  return { key, definition, expected: shape.expected(key), waitsForMail: shape.waitsForMail ?? false }
}

function shapeOf(key: string): Shape {
  const shape = SHAPES[Number(key) % SHAPES.length]
  if (!shape) throw new Error('There are no shapes')
  return shape
}

/** What an agent does with this attempt. A late report may still be in time, so none is late where that would matter. */
export function actOf(seed: number, key: string, taskId: string, attempt: number): Act {
  const dice = diceOf(seed, `${key}/${taskId}`)
  const isFatal = shapeOf(key).fatal.includes(taskId)
  const misbehaving = dice.pick([0, 0, 0, 1, 1, 2])
  const ways: Act[] = isFatal ? ['fails', 'is silent'] : ['fails', 'fails', 'is silent', 'is late']
  const acts = Array.from({ length: misbehaving }, () => dice.pick(ways))
  return acts[attempt - 1] ?? (isFatal ? 'fails for good' : 'completes')
}

export const resultOf = did
