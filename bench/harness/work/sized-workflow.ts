/** The ways in which the tasks of a measured workflow follow each other. */
export type Shape = 'sequence' | 'fan-out'

interface SizedTask {
  taskId: string
  agentCapability: string
  parameters: { text: string; before?: string }
  nextTaskId?: string
  next?: { to: string }[]
}

/** Characters of text in each task's parameters, beside what it takes from another task. */
const PARAMETERS = 200

/**
 * A workflow of `size` tasks: one after the other, each taking the result of the one before; or a first that all but the
 * last follow, and a last that joins those. The joining task takes one of their results, as all of them would be a
 * payload that grows with the size.
 */
export function sizedWorkflow(id: string, shape: Shape, size: number): { id: string; tasks: SizedTask[] } {
  const places = Array.from({ length: size }, (_, place) => place)
  return { id, tasks: places.map((place) => (shape === 'sequence' ? inSequence(place, size) : fannedOut(place, size))) }
}

const idOf = (place: number): string => `task_${place}`

function taskAt(place: number, before: number | null): SizedTask {
  const text = 'x'.repeat(PARAMETERS)
  const taken = before === null ? {} : { before: `\${{ tasks.${idOf(before)}.result.text }}` }
  return { taskId: idOf(place), agentCapability: 'test_capability', parameters: { text, ...taken } }
}

function inSequence(place: number, size: number): SizedTask {
  const task = taskAt(place, place === 0 ? null : place - 1)
  return place === size - 1 ? task : { ...task, nextTaskId: idOf(place + 1) }
}

function fannedOut(place: number, size: number): SizedTask {
  const last = size - 1
  const before = place === 0 ? null : place === last ? last - 1 : 0
  const task = taskAt(place, before)
  if (place === last) return task
  if (place > 0) return { ...task, nextTaskId: idOf(last) }
  return { ...task, next: Array.from({ length: size - 2 }, (_, branch) => ({ to: idOf(branch + 1) })) }
}
