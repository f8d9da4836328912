/**
 * Where things lie. All that one commit touches lies in one partition: its keys share a hash tag, so that a Redis Cluster
 * keeps them on one node.
 */
import type { AggregateRef } from '@opscore/engine/store'

/** Sessions' ids end in twelve bits that say where they lie. */
const MAX_PARTITIONS = 4096

const SESSION_ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** The aggregate's partition among `partitions`, the same for ever. */
export function partitionOf({ kind, id }: AggregateRef, partitions: number): number {
  if (kind === 'session' && SESSION_ID.test(id)) return Number.parseInt(id.slice(-3), 16) % partitions
  return hashOf(id) % partitions
}

/** What asked for an effect, `agent:<id>` or `session:<id>`: its own id begins with it (core/effect.ts). */
export const ownerOf = (effectId: string): string => effectId.slice(0, Math.max(0, effectId.lastIndexOf('@')))

/** An effect lies where the aggregate lies that asked for it. */
export function partitionOfEffect(effectId: string, partitions: number): number {
  const owner = ownerOf(effectId)
  const kind = owner.startsWith('session:') ? 'session' : 'agent'
  return partitionOf({ kind, id: owner.slice(owner.indexOf(':') + 1) }, partitions)
}

export function assertPartitions(partitions: number): void {
  if (Number.isInteger(partitions) && partitions >= 1 && partitions <= MAX_PARTITIONS) return
  throw new RangeError(`There can be 1 to ${MAX_PARTITIONS} partitions, not ${partitions}`)
}

/** FNV-1a over UTF-16 code units. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x0100_0193)
  return hash >>> 0
}
