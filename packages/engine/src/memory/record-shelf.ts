import type { RecordStore, StoredRecord } from '../ports/record-store.ts'
import { compareTexts } from '../store-kit/text-order.ts'
import { keyPage } from './key-page.ts'

interface RecordRow {
  kind: string
  id: string
  version: number
  value: string
  expiresAt: number
}

/** Records of the engine's own. */
export function createRecordShelf(): { records: RecordStore; trimRecords: (now: number) => number } {
  const rows = new Map<string, RecordRow>()
  const keyOf = (kind: string, id: string) => `${kind}:${id}`

  function find(kind: string, id: string, now: number): RecordRow | undefined {
    const row = rows.get(keyOf(kind, id))
    return row && row.expiresAt > now ? row : undefined
  }

  return {
    records: {
      async putRecord({ kind, id, expectedVersion, value, expiresAt, now }) {
        const version = find(kind, id, now)?.version ?? 0
        if (version !== expectedVersion) return false
        rows.set(keyOf(kind, id), { kind, id, version: version + 1, value: JSON.stringify(value), expiresAt })
        return true
      },
      async getRecord(kind, id, now) {
        const row = find(kind, id, now)
        return row ? read(row) : null
      },
      async listRecords(kind, now, page) {
        const found = [...rows.values()].filter((row) => row.kind === kind && row.expiresAt > now)
        return keyPage(
          found.sort((a, b) => compareTexts(a.id, b.id)),
          page,
          {
            keyOf: ({ id }) => id,
            passed: ({ id }, key) => compareTexts(id, key) <= 0,
            read: (row) => ({ item: read(row), characters: row.value.length }),
          },
        )
      },
    },
    trimRecords(now) {
      const gone = [...rows].filter(([, { expiresAt }]) => expiresAt <= now)
      for (const [key] of gone) rows.delete(key)
      return gone.length
    },
  }
}

const read = ({ id, version, value }: RecordRow): StoredRecord => ({ id, version, value: JSON.parse(value) })
