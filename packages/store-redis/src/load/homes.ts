/** Where in Redis things of the source go: partitions by their number, and behind them what belongs to none. */
import type { Homes } from '@opscore/engine/moving'
import { partitionOf, partitionOfEffect } from '../rows/partition.ts'

export function createHomes(partitions: number): Homes {
  const all = Array.from({ length: partitions }, (_, partition) => partition)
  return {
    partitions,
    /** Workflows and API keys. */
    common: partitions,
    ofAgent: (id: string): number => partitionOf({ kind: 'agent', id }, partitions),
    ofSession: (id: string): number => partitionOf({ kind: 'session', id }, partitions),
    ofEffect: (id: string): number => partitionOfEffect(id, partitions),
    /**
     * A record that makes a request count once lies with the aggregate that the request was about. SQLite does not keep
     * which that was: where the answer does not name it, the record goes into every partition, and is found in the right one.
     */
    ofOnce(answer: string): readonly number[] {
      const named: unknown = JSON.parse(answer)
      if (typeof named !== 'object' || named === null) return all
      if ('sessionId' in named && typeof named.sessionId === 'string') {
        return [partitionOf({ kind: 'session', id: named.sessionId }, partitions)]
      }
      if ('agentId' in named && typeof named.agentId === 'string') {
        return [partitionOf({ kind: 'agent', id: named.agentId }, partitions)]
      }
      return all
    },
  }
}
