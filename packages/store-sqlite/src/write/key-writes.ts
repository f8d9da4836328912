import type { DatabaseSync } from 'node:sqlite'
import type { KeyRecord } from '@opscore/engine/store'
import { KEY_COLUMNS } from '../rows/key-row.ts'

export interface KeyWrites {
  /** Whether it was added: its id and hash were free. */
  add(key: KeyRecord): boolean
  revoke(keyId: string, now: number): void
}

export function createKeyWrites(database: DatabaseSync): KeyWrites {
  const insert = database.prepare(`INSERT INTO api_key (${KEY_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT DO NOTHING`)
  const mark = database.prepare('UPDATE api_key SET revoked_at = ? WHERE key_id = ? AND revoked_at IS NULL')
  const raise = database.prepare('UPDATE api_key_revision SET revision = revision + 1')

  return {
    add({ keyId, hash, name, scopes, agentIds, createdAt, expiresAt, revokedAt }) {
      const agents = agentIds && JSON.stringify(agentIds)
      const added = insert.run(keyId, hash, name, JSON.stringify(scopes), agents, createdAt, expiresAt, revokedAt)
      if (Number(added.changes) === 0) return false
      raise.run()
      return true
    },
    revoke(keyId, now) {
      if (Number(mark.run(now, keyId).changes) > 0) raise.run()
    },
  }
}
