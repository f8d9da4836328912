import type { OpsEvent } from '@opscore/contract'
import { numberOf, textOf } from '../data/live/event-data.ts'
import type { StatusLook } from '../design-system/look.ts'

/** How each type of event is shown; its word is its own name, which the documents explain. */
const LOOKS: Record<OpsEvent['type'], Omit<StatusLook, 'word'>> = {
  'agent.registered': { shape: 'ready', tone: 'good' },
  'agent.updated': { shape: 'ready', tone: 'calm' },
  'agent.deregistered': { shape: 'gone', tone: 'calm' },
  'agent.state_changed': { shape: 'sent', tone: 'calm' },
  'agent.liveness_changed': { shape: 'quiet', tone: 'warning' },
  'agent.paused': { shape: 'paused', tone: 'held' },
  'agent.resumed': { shape: 'ready', tone: 'busy' },
  'agent.drained': { shape: 'done', tone: 'held' },
  'agent.place_taken': { shape: 'ready', tone: 'busy' },
  'agent.place_kept': { shape: 'paused', tone: 'warning' },
  'agent.place_freed': { shape: 'waiting', tone: 'calm' },
  'session.started': { shape: 'ready', tone: 'busy' },
  'session.completed': { shape: 'done', tone: 'good' },
  'session.failed': { shape: 'failed', tone: 'bad' },
  'session.cancelled': { shape: 'cancelled', tone: 'calm' },
  'session.paused': { shape: 'paused', tone: 'held' },
  'session.failure_held': { shape: 'failed', tone: 'held' },
  'session.resumed': { shape: 'ready', tone: 'busy' },
  'session.retried': { shape: 'retrying', tone: 'busy' },
  'session.signalled': { shape: 'sent', tone: 'busy' },
  'task.scheduled': { shape: 'waiting', tone: 'calm' },
  'task.assigned': { shape: 'sent', tone: 'calm' },
  'task.dispatched': { shape: 'sent', tone: 'busy' },
  'task.refused': { shape: 'gone', tone: 'warning' },
  'task.running': { shape: 'ready', tone: 'busy' },
  'task.waiting': { shape: 'waiting', tone: 'calm' },
  'task.decided': { shape: 'done', tone: 'busy' },
  'task.escalated': { shape: 'late', tone: 'warning' },
  'task.attempt_failed': { shape: 'late', tone: 'bad' },
  'task.retry_scheduled': { shape: 'retrying', tone: 'warning' },
  'task.completed': { shape: 'done', tone: 'good' },
  'task.failed': { shape: 'failed', tone: 'bad' },
  'task.cancelled': { shape: 'cancelled', tone: 'calm' },
  'task.skipped': { shape: 'skipped', tone: 'calm' },
  'task.late_result': { shape: 'late', tone: 'warning' },
  'task.progressed': { shape: 'sent', tone: 'calm' },
}

/** A type that a newer server sends is shown plainly. */
export function eventLook(type: OpsEvent['type']): StatusLook {
  return { ...(LOOKS[type] ?? { shape: 'unknown', tone: 'calm' }), word: type }
}

/** What an event is about beyond its type, in a few words. */
export function eventSummary({ data, attempt }: OpsEvent): string {
  const { error, receipt } = data
  const said = [
    attempt === undefined || attempt === 1 ? undefined : `attempt ${attempt}`,
    textOf(data.status),
    fieldOf(error, 'code'),
    fieldOf(error, 'message'),
    textOf(data.reason),
    textOf(data.state),
    textOf(data.liveness),
    fieldOf(receipt, 'reason'),
    textOf(data.via),
    textOf(data.workflowId),
    textOf(data.agentName),
    textOf(data.text),
    numberOf(data.fraction) === undefined ? undefined : `${Math.round((numberOf(data.fraction) ?? 0) * 100)} %`,
  ]
  return said.filter((each) => each !== undefined).join(' · ')
}

function fieldOf(value: unknown, field: string): string | undefined {
  return typeof value === 'object' && value !== null
    ? textOf(Object.entries(value).find(([name]) => name === field)?.[1])
    : undefined
}
