import type { OpsEvent } from '@opscore/contract'
import { eventLook } from '../../domain/event-looks.ts'

/** An event, or a note of our own between events. */
export type Line = OpsEvent | { mark: string; key: string; at: string }

export const GROUPS = ['session', 'task', 'agent'] as const

export interface EventFilter {
  /** None: all. */
  groups: string[]
  /** The beginning of an id, or a part of the task's name. */
  text: string | undefined
  problems: boolean
}

export const lineKey = (line: Line): string => ('mark' in line ? line.key : `${line.id} ${line.time}`)

export function fitsEvent(line: Line, { groups, text, problems }: EventFilter): boolean {
  if ('mark' in line) return true
  const { type, sessionId, agentId, taskId, taskDefinitionId } = line
  if (groups.length > 0 && !groups.some((group) => type.startsWith(`${group}.`))) return false
  if (problems && !['bad', 'warning'].includes(eventLook(type).tone)) return false
  return text === undefined || [sessionId, agentId, taskId, taskDefinitionId].some((id) => id?.includes(text))
}
