/** The partitions of a store, with their keys. */
import type { AggregateRef } from '@opscore/engine/store'
import { keysOf, type PartitionKeys } from '../link/keys.ts'
import type { Source } from '../read/member-page.ts'
import { partitionOf } from './partition.ts'

export interface Places {
  readonly partitions: number
  of(aggregate: AggregateRef): { partition: number; keys: PartitionKeys }
  at(partition: number): PartitionKeys
  together(one: AggregateRef, other: AggregateRef): boolean
  all: readonly PartitionKeys[]
  /** One key of each partition. */
  sources(keyOf: (keys: PartitionKeys) => string): Source[]
}

export function createPlaces(partitions: number): Places {
  const all = Array.from({ length: partitions }, (_, partition) => keysOf(partition))

  function at(partition: number): PartitionKeys {
    const keys = all[partition]
    if (!keys) throw new RangeError(`There is no partition ${partition}`)
    return keys
  }

  return {
    partitions,
    all,
    at,
    together: (one, other) => partitionOf(one, partitions) === partitionOf(other, partitions),
    of(aggregate) {
      const partition = partitionOf(aggregate, partitions)
      return { partition, keys: at(partition) }
    },
    sources: (keyOf) => all.map((keys, partition) => ({ key: keyOf(keys), partition })),
  }
}
