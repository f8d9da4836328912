import type { SessionEvent } from './events.ts'
import type { TaskEvent } from './evolve-task.ts'
import { evolveTask } from './evolve-task.ts'
import { movedOn } from './person/pause.ts'
import { hasEnded, type SessionHead, type SessionState, taskIndexOf } from './state.ts'

/** The session's state after an event. Only `session.started` makes something of nothing. */
export function evolveSession(state: SessionState | null, event: SessionEvent): SessionState {
  if (event.type === 'session.started') return started(event)
  if (!state) throw new Error(`A session's log begins with session.started, not with ${event.type}`)
  if ('taskDefinitionId' in event) return withTask(state, event)
  const counted = { ...state.head, updatedAt: event.time, events: state.head.events + 1 }
  return { head: headAfter(counted, event), tasks: tasksAfter(state, event) }
}

function started(event: Extract<SessionEvent, { type: 'session.started' }>): SessionState {
  const head: SessionHead = {
    ...event.data,
    sessionId: event.sessionId,
    status: 'started',
    epoch: 1,
    startedAt: event.time,
    updatedAt: event.time,
    endedAt: null,
    result: null,
    error: null,
    resumedAt: null,
    openTasks: 0,
    events: 1,
    bytes: 0,
  }
  return { head, tasks: [] }
}

function tasksAfter(state: SessionState, event: Exclude<SessionEvent, TaskEvent>): SessionState['tasks'] {
  if (event.type === 'session.retried') return reopened(state, event)
  const { pausedAt } = event.type === 'session.resumed' ? event.data : {}
  return pausedAt === undefined ? state.tasks : movedOn(state.tasks, pausedAt, event.time)
}

function headAfter(head: SessionHead, event: Exclude<SessionEvent, TaskEvent>): SessionHead {
  switch (event.type) {
    case 'session.completed':
      return { ...head, status: 'completed', endedAt: event.time, result: event.data.result }
    case 'session.failed':
      return { ...head, status: 'failed', endedAt: event.time, error: event.data.error }
    case 'session.cancelled':
      return { ...head, status: 'cancelled', endedAt: event.time }
    case 'session.paused':
      return { ...head, status: 'paused', pausedAt: event.time }
    case 'session.failure_held':
      return { ...head, heldFailure: event.data.error }
    case 'session.resumed': {
      const { pausedAt: _, heldFailure: __, ...rest } = head
      const resumedAt = event.data.pausedAt === undefined ? event.time : head.resumedAt
      return { ...rest, status: 'running', resumedAt }
    }
    case 'session.signalled': {
      const { bytes, ...kept } = event.data
      const { signals = [], signalIds = [] } = head
      return {
        ...head,
        bytes: head.bytes + bytes,
        signals: [...signals, kept],
        signalIds: [...signalIds, kept.id],
      }
    }
    case 'session.retried': {
      const { epoch, deadline } = event.data
      return { ...head, status: 'running', epoch, deadline, endedAt: null, error: null }
    }
    default:
      return head
  }
}

function withTask(state: SessionState, event: TaskEvent): SessionState {
  const { head } = state
  const index = taskIndexOf(event.taskId)
  const before = state.tasks[index]
  const after = evolveTask(before, event)
  const tasks = state.tasks.slice()
  tasks[index] = after
  const isOpen = !hasEnded(after)
  const wasOpen = before !== undefined && !hasEnded(before)
  return {
    head: {
      ...head,
      updatedAt: event.time,
      events: head.events + 1,
      status: head.status === 'started' ? 'running' : head.status,
      openTasks: head.openTasks + Number(isOpen) - Number(wasOpen),
      bytes: head.bytes + ('bytes' in event.data ? event.data.bytes : 0),
      ...seen(head, event),
    },
    tasks,
  }
}

/** A signal that ended a wait is not kept any more. */
function seen({ signals }: SessionHead, event: TaskEvent): Pick<SessionHead, 'signals'> {
  const id = event.type === 'task.completed' ? event.data.signalId : undefined
  return id === undefined || !signals ? {} : { signals: signals.filter((one) => one.id !== id) }
}

/** A retry forgets how the failed and cancelled tasks ended; they are scheduled anew by the events that follow. */
function reopened(
  state: SessionState,
  event: Extract<SessionEvent, { type: 'session.retried' }>,
): SessionState['tasks'] {
  const again = new Set(event.data.tasks)
  return state.tasks.map((task) => (task && again.has(task.taskDefinitionId) ? { ...task, taken: null } : task))
}
