/** Definitions of up to 60 tasks with any edges that the checker lets through, and what the agents do with each attempt. */
import type { Json, JsonObject, TaskFailure } from '@opscore/contract'
import fc from 'fast-check'
import type { TaskAct } from '../../../src/testing/workflow-case.ts'

/** What an ended task shows its own edges. */
interface Own {
  result: Json
  error: TaskFailure | null
}

/** Each condition with what it is worth, worked out without the expression language; `null` where it cannot be evaluated. */
const CONDITIONS: Readonly<Record<string, (own: Own) => boolean | null>> = {
  true: () => true,
  false: () => false,
  'result == 1': ({ result }) => result === 1,
  'result > 1': ({ result }) => (typeof result === 'number' ? result > 1 : null),
  'error == null': ({ error }) => error === null,
  'error != null && error.code == "BOOM"': ({ error }) => error?.code === 'BOOM',
  'input.x == 1': () => true,
}

export const INPUT: JsonObject = { x: 1 }

export interface RandomTask {
  taskId: string
  edges: { to: string; when: string | null }[]
  form: 'nextTaskId' | 'next' | 'choose'
  join: 'all' | 'any'
  fallbackTaskId: string | null
  onFailure: 'fail' | 'continue'
  maxAttempts: number
  acts: TaskAct[]
}

const ACT: fc.Arbitrary<TaskAct> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ result: fc.nat({ max: 3 }), takes: fc.constantFrom('0s', '1s', '2s', '7s') }) },
  { weight: 2, arbitrary: fc.record({ error: fc.record({ code: fc.constantFrom('BOOM', 'FINAL') }) }) },
  { weight: 1, arbitrary: fc.constant({ silent: true }) },
)

const LEAD = fc.record({ pick: fc.nat(), when: fc.option(fc.constantFrom(...Object.keys(CONDITIONS))) })

const SEED = fc.record({
  rank: fc.nat({ max: 1_000 }),
  form: fc.constantFrom('nextTaskId' as const, 'next' as const, 'choose' as const),
  leads: fc.array(LEAD, { maxLength: 6 }),
  join: fc.constantFrom('all' as const, 'all' as const, 'any' as const),
  fallback: fc.option(fc.nat(), { freq: 3 }),
  onFailure: fc.constantFrom('fail' as const, 'continue' as const, 'continue' as const),
  maxAttempts: fc.integer({ min: 1, max: 3 }),
  acts: fc.array(ACT, { minLength: 1, maxLength: 3 }),
})
type Seed = typeof SEED extends fc.Arbitrary<infer T> ? T : never

/**
 * Edges lead to tasks of a higher rank alone, so that there is no circle; ranks are apart from the order in the definition,
 * so that the task that starts may stand anywhere in the graph.
 */
export const RANDOM_TASKS: fc.Arbitrary<RandomTask[]> = fc
  .array(SEED, { minLength: 1, maxLength: 60, size: 'max' })
  .map((seeds) => seeds.map((seed, place) => taskOf(seed, place, seeds)))

function taskOf({ rank, form, leads, fallback, ...rest }: Seed, place: number, seeds: readonly Seed[]): RandomTask {
  const later = seeds.flatMap((other, index) =>
    other.rank > rank || (other.rank === rank && index > place) ? [`t${index}`] : [],
  )
  const idAt = (pick: number) => later[pick % later.length]
  const edges = new Map<string, string | null>()
  for (const { pick, when } of leads) {
    const to = idAt(pick)
    if (to !== undefined && !edges.has(to)) edges.set(to, form === 'nextTaskId' ? null : when)
  }
  return {
    ...rest,
    taskId: `t${place}`,
    form,
    edges: [...edges].map(([to, when]) => ({ to, when })).slice(0, form === 'nextTaskId' ? 1 : edges.size),
    fallbackTaskId: fallback === null ? null : (idAt(fallback) ?? null),
  }
}

export function definitionOf(tasks: readonly RandomTask[]): JsonObject {
  return {
    id: 'random',
    name: 'Random',
    defaults: { timeouts: { startToClose: '5s' }, retry: { nonRetryableErrors: ['FINAL'] } },
    tasks: tasks.map(({ taskId, form, edges, join, fallbackTaskId, onFailure, maxAttempts }) => ({
      taskId,
      ...(edges.length > 0 ? formOf(form, edges) : {}),
      ...(fallbackTaskId === null ? {} : { fallbackTaskId }),
      join,
      onFailure,
      retry: { maxAttempts },
    })),
  }
}

function formOf(form: RandomTask['form'], edges: RandomTask['edges']): JsonObject {
  if (form === 'nextTaskId') return { nextTaskId: edges[0]?.to ?? null }
  return { [form]: edges.map(({ to, when }): JsonObject => (when === null ? { to } : { to, when })) }
}

/** Where a task led that ended so, by the definition alone; `null` where a condition cannot be evaluated. */
export function leadsOf(task: RandomTask, ended: Own & { status: string }): string[] | null {
  if (ended.status === 'failed' && task.fallbackTaskId !== null) return [task.fallbackTaskId]
  const goesOn = ended.status === 'completed' || (ended.status === 'failed' && task.onFailure === 'continue')
  if (!goesOn) return []
  const taken: string[] = []
  for (const { to, when } of task.edges) {
    const holds = when === null ? true : (CONDITIONS[when]?.(ended) ?? null)
    if (holds === null) return null
    if (holds) taken.push(to)
    if (holds && task.form === 'choose') break
  }
  return taken
}
