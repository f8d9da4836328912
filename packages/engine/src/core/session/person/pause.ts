/**
 * The clocks in a pause (engine.md, "Life"): the session's time-out and what agents do run on; waiting (for an agent, and between
 * two attempts) and `scheduleToClose` stand still. What would fail the session is held until it is resumed.
 */
import { epochStart, openAttempt } from '../attempt/attempt.ts'
import { hasEnded, type SessionHead, type TaskState } from '../state.ts'

/** The part of the pause from `pausedAt` to `now` that came after `since`, in milliseconds. */
const pauseAfter = (since: number, pausedAt: number, now: number): number =>
  Math.max(0, now - Math.max(since, pausedAt))

/** How long a clock that began at `since` stands still in the pause that goes on, in milliseconds; 0 where none does. */
export function standsStill({ status, pausedAt }: SessionHead, since: number, now: number): number {
  return status === 'paused' ? pauseAfter(since, pausedAt ?? now, now) : 0
}

/** The tasks after a pause: what stood still in it goes on with what it had left. */
export function movedOn(
  tasks: readonly (TaskState | undefined)[],
  pausedAt: number,
  now: number,
): readonly (TaskState | undefined)[] {
  return tasks.map((task) => (task && !hasEnded(task) ? taskAfter(task, pausedAt, now) : task))
}

function taskAfter(task: TaskState, pausedAt: number, now: number): TaskState {
  const stoodStill = (task.stoodStill ?? 0) + pauseAfter(epochStart(task), pausedAt, now)
  const open = openAttempt(task)
  if (open) {
    const waited = (open.stoodStill ?? 0) + pauseAfter(open.scheduledAt, pausedAt, now)
    return { ...task, stoodStill, attempts: [...task.attempts.slice(0, -1), { ...open, stoodStill: waited }] }
  }
  const since = task.attempts.at(-1)?.endedAt ?? pausedAt
  return {
    ...task,
    stoodStill,
    retryAt: task.retryAt === null ? null : task.retryAt + pauseAfter(since, pausedAt, now),
  }
}
