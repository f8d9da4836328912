/** A task's place in its session: the number that its id ends with, from 0. */
export function taskIndexOf(taskId: string): number {
  const index = Number(taskId.slice(taskId.lastIndexOf('.') + 1)) - 1
  if (!Number.isInteger(index) || index < 0) throw new Error(`No task of a session has the id ${taskId}`)
  return index
}
