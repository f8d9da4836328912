/** How each status and state of the wire is shown. A status without a look does not compile. */
import type { AgentView, AttemptStatus, SessionStatus, TaskStatus } from '@opscore/contract'
import type { StatusLook } from '../design-system/look.ts'

export const SESSION_LOOKS: Record<SessionStatus, StatusLook> = {
  started: { word: 'Started', shape: 'ready', tone: 'busy' },
  running: { word: 'Running', shape: 'working', tone: 'busy' },
  paused: { word: 'Paused', shape: 'paused', tone: 'held' },
  completed: { word: 'Completed', shape: 'done', tone: 'good' },
  failed: { word: 'Failed', shape: 'failed', tone: 'bad' },
  cancelled: { word: 'Cancelled', shape: 'cancelled', tone: 'calm' },
}

export const TASK_LOOKS: Record<TaskStatus, StatusLook> = {
  pending: { word: 'Waiting', shape: 'waiting', tone: 'calm' },
  dispatched: { word: 'Dispatched', shape: 'sent', tone: 'busy' },
  running: { word: 'Running', shape: 'working', tone: 'busy' },
  pending_retry: { word: 'Backing off', shape: 'retrying', tone: 'warning' },
  completed: { word: 'Completed', shape: 'done', tone: 'good' },
  failed: { word: 'Failed', shape: 'failed', tone: 'bad' },
  cancelled: { word: 'Cancelled', shape: 'cancelled', tone: 'calm' },
  skipped: { word: 'Skipped', shape: 'skipped', tone: 'calm' },
}

export const ATTEMPT_LOOKS: Record<AttemptStatus, StatusLook> = {
  scheduled: { word: 'Waiting', shape: 'waiting', tone: 'calm' },
  dispatched: { word: 'Dispatched', shape: 'sent', tone: 'busy' },
  running: { word: 'Running', shape: 'working', tone: 'busy' },
  completed: { word: 'Completed', shape: 'done', tone: 'good' },
  failed: { word: 'Failed', shape: 'failed', tone: 'bad' },
  timed_out: { word: 'Timed out', shape: 'late', tone: 'bad' },
  cancelled: { word: 'Cancelled', shape: 'cancelled', tone: 'calm' },
}

export const LIVENESS_LOOKS: Record<AgentView['liveness'], StatusLook> = {
  online: { word: 'Online', shape: 'ready', tone: 'good' },
  quiet: { word: 'Quiet', shape: 'quiet', tone: 'warning' },
  offline: { word: 'Offline', shape: 'waiting', tone: 'calm' },
  unreachable: { word: 'Unreachable', shape: 'gone', tone: 'bad' },
}

const AGENT_STATES: Record<string, StatusLook> = {
  UNKNOWN: { word: 'Unknown', shape: 'unknown', tone: 'calm' },
  initializing: { word: 'Initializing', shape: 'waiting', tone: 'busy' },
  idle: { word: 'Idle', shape: 'ready', tone: 'good' },
  finished: { word: 'Finished', shape: 'ready', tone: 'good' },
  active: { word: 'Active', shape: 'working', tone: 'busy' },
  error: { word: 'Error', shape: 'failed', tone: 'bad' },
  offline: { word: 'Offline', shape: 'gone', tone: 'calm' },
  stopping: { word: 'Stopping', shape: 'paused', tone: 'calm' },
  stopped: { word: 'Stopped', shape: 'cancelled', tone: 'calm' },
  paused: { word: 'Paused', shape: 'paused', tone: 'held' },
  maintenance: { word: 'Maintenance', shape: 'paused', tone: 'held' },
}

/** A word of the agent's own counts as active, and is shown as it was said. */
export function agentLook(state: string): StatusLook {
  const known = Object.hasOwn(AGENT_STATES, state) ? AGENT_STATES[state] : undefined
  return known ?? { word: state, shape: 'working', tone: 'busy' }
}
