import type { KeyStore } from '@opscore/engine/store'
import { light, pageOf } from '@opscore/engine/store'
import type { Reader } from './read/reader.ts'
import { column } from './rows/column.ts'
import { KEY_COLUMNS, keyOf } from './rows/key-row.ts'
import type { WriteRequest } from './thread/write-request.ts'

/** The keys in the data file. `ask` has the writer do something, and gives its answer. */
export function createSqliteKeyStore(reader: Reader, ask: (request: WriteRequest) => Promise<unknown>): KeyStore {
  const byId = reader.prepare(`SELECT ${KEY_COLUMNS} FROM api_key WHERE key_id = ?`)
  const inOrder = reader.prepare(`SELECT ${KEY_COLUMNS} FROM api_key WHERE key_id > ? ORDER BY key_id LIMIT +?`)
  // One statement is one snapshot: keys read beside the revision might be of another. It has a row where there is no key.
  const live = reader.prepare(
    `SELECT r.revision, k.* FROM api_key_revision r
     LEFT JOIN api_key k ON k.revoked_at IS NULL AND (k.expires_at IS NULL OR k.expires_at > ?)`,
  )
  const revision = reader.prepare('SELECT revision FROM api_key_revision')

  function get(keyId: string) {
    const row = byId.get(keyId)
    return row ? keyOf(row) : null
  }

  return {
    shared: false,
    async add(key) {
      const added = await ask({ do: 'add-key', key })
      if (added !== true) throw new Error('There is a key with this id or hash')
    },
    get: async (keyId) => get(keyId),
    list: async ({ limit, after = '' }) =>
      pageOf(inOrder.each(after, limit + 1), limit, {
        keyOf: ({ key_id }) => column.text(key_id),
        read: (row) => light(keyOf(row)),
      }),
    async revoke(keyId, now) {
      await ask({ do: 'revoke-key', keyId, now })
      return get(keyId)
    },
    async live(now) {
      const rows = live.all(now)
      return {
        revision: column.number(rows[0]?.revision),
        keys: rows.filter(({ key_id }) => key_id !== null).map(keyOf),
      }
    },
    revision: async () => column.number(revision.get()?.revision),
  }
}
