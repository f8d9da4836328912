import { parseStored } from '@opscore/contract/exact-json'
import { isEffectOf, type PendingEffect } from '../core/effect.ts'
import type { PageRequest, StorePage } from '../ports/page.ts'
import type { AggregateRef } from '../ports/store.ts'
import { keyPage } from './key-page.ts'

/** What is still to be carried out, in the order of the commits that asked for it. Kept as text, so that nobody can change it. */
export function createEffectShelf() {
  const byId = new Map<string, { place: number; at: number; text: string }>()
  let places = 0

  const read = ({ text }: { text: string }): PendingEffect => parseStored(text)
  const inOrder = () => [...byId].sort(([, a], [, b]) => a.place - b.place)

  return {
    put: (effect: PendingEffect) =>
      void byId.set(effect.id, { place: ++places, at: effect.at, text: JSON.stringify(effect) }),
    delete: (id: string) => void byId.delete(id),
    page({ before = Infinity, ...page }: PageRequest & { before?: number }): StorePage<PendingEffect> {
      const rows = inOrder().flatMap(([, row]) => (row.at <= before ? [row] : []))
      return keyPage(rows, page, {
        keyOf: ({ place }) => String(place),
        passed: ({ place }, key) => place <= Number(key),
        read: (row) => ({ item: read(row), characters: row.text.length }),
      })
    },
    of: (aggregate: AggregateRef): PendingEffect[] =>
      inOrder().flatMap(([id, row]) => (isEffectOf(id, aggregate) ? [read(row)] : [])),
  }
}
