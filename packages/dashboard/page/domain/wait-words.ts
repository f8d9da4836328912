import type { WaitCause } from '@opscore/contract'
import type { StatusLook } from '../design-system/look.ts'

/** Why something waits, in words; one code without words does not compile. */
export const WAIT_LOOKS: Record<WaitCause['code'], StatusLook> = {
  AGENT_BUSY: { word: 'Every agent is busy', shape: 'working', tone: 'busy' },
  AGENT_NOT_READY: { word: 'The agent is not ready', shape: 'waiting', tone: 'warning' },
  AGENT_IN_ERROR: { word: 'The agent is in error', shape: 'failed', tone: 'bad' },
  AGENT_OFFLINE: { word: 'The agent is offline', shape: 'gone', tone: 'bad' },
  AGENT_REFUSED: { word: 'The agent refused it', shape: 'gone', tone: 'warning' },
  AGENT_PAUSED: { word: 'The agent is paused', shape: 'paused', tone: 'held' },
  AGENT_UNKNOWN: { word: 'The agent is not registered', shape: 'unknown', tone: 'bad' },
  NO_SUCH_CAPABILITY: { word: 'No agent can do this', shape: 'unknown', tone: 'bad' },
  BACKING_OFF: { word: 'Backing off', shape: 'retrying', tone: 'warning' },
  AWAITING_REPORT: { word: 'An agent is at work', shape: 'working', tone: 'busy' },
  AWAITING_JOIN: { word: 'Waits for other tasks', shape: 'waiting', tone: 'calm' },
  AWAITING_TIME: { word: 'Waits for a time', shape: 'waiting', tone: 'calm' },
  AWAITING_SIGNAL: { word: 'Waits for a signal', shape: 'waiting', tone: 'calm' },
  AWAITING_APPROVAL: { word: 'Somebody has to decide', shape: 'waiting', tone: 'held' },
  PAUSED: { word: 'Paused', shape: 'paused', tone: 'held' },
  DISPATCH_UNREACHABLE: { word: 'The agent cannot be reached', shape: 'gone', tone: 'bad' },
  BEING_PLACED: { word: 'Being placed', shape: 'sent', tone: 'calm' },
}
