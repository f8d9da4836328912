import type { SessionStatus } from '@opscore/contract'
import type { SessionFilter } from '../../data/live/fold-sessions.ts'
import { SESSION_LOOKS } from '../../domain/looks.ts'
import type { Address } from '../../shell/use-address.ts'

/** How far back a list goes; milliseconds. */
export const RANGES = { '15min': 900_000, '1h': 3_600_000, '24h': 86_400_000, '7d': 604_800_000 } as const
export type Range = keyof typeof RANGES

/** Only what is set is in it: two addresses that show the same have the same filter. */
export function filterOf({ many, one }: Address): SessionFilter {
  const status = many('status').filter(isStatus)
  const workflowId = many('workflow')
  const agentId = many('agent')
  const range = rangeOf(one('range'))
  return {
    ...(status.length > 0 ? { status } : {}),
    ...(workflowId.length > 0 ? { workflowId } : {}),
    ...(agentId.length > 0 ? { agentId } : {}),
    ...(range ? { startedFrom: minuteBefore(RANGES[range]) } : {}),
  }
}

export function rangeOf(value: string | undefined): Range | undefined {
  return value !== undefined && Object.hasOwn(RANGES, value) ? (value as Range) : undefined
}

const isStatus = (value: string): value is SessionStatus => Object.hasOwn(SESSION_LOOKS, value)

/** To the minute, so that the list is not another one at every look. */
const minuteBefore = (span: number): string => new Date(Math.floor((Date.now() - span) / 60_000) * 60_000).toISOString()
