import type { RecordStore, StoredRecord } from '@opscore/engine/store'
import { pageOf } from '@opscore/engine/store'
import { column } from '../rows/column.ts'
import type { WriteRequest } from '../thread/write-request.ts'
import type { Reader } from './reader.ts'

/** The records in the data file. `ask` has the writer do something, and gives its answer. */
export function createSqliteRecords(reader: Reader, ask: (request: WriteRequest) => Promise<unknown>): RecordStore {
  const byId = reader.prepare('SELECT id, version, value FROM record WHERE kind = ? AND id = ? AND expires_at > ?')
  const ofKind = reader.prepare(
    'SELECT id, version, value FROM record WHERE kind = ? AND id > ? AND expires_at > ? ORDER BY id LIMIT +?',
  )
  return {
    putRecord: async (record) => (await ask({ do: 'put-record', record })) === true,
    async getRecord(kind, id, now) {
      const row = byId.get(kind, id, now)
      return row ? recordOf(row) : null
    },
    listRecords: async (kind, now, { limit, after = '' }) =>
      pageOf(ofKind.each(kind, after, now, limit + 1), limit, {
        keyOf: ({ id }) => column.text(id),
        read: (row) => ({ item: recordOf(row), characters: column.text(row.value).length }),
      }),
  }
}

const recordOf = (row: Record<string, unknown>): StoredRecord => ({
  id: column.text(row.id),
  version: column.number(row.version),
  value: JSON.parse(column.text(row.value)),
})
