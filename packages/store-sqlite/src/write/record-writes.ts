import type { DatabaseSync } from 'node:sqlite'
import type { RecordStore } from '@opscore/engine/store'

/** Writes a record where it stands at the version that the writer knew. Returns whether it did. */
export function createRecordWrites(database: DatabaseSync) {
  const insert = database.prepare(
    `INSERT INTO record (kind, id, version, expires_at, value) VALUES (?1, ?2, 1, ?3, ?4)
     ON CONFLICT (kind, id) DO UPDATE SET version = 1, expires_at = ?3, value = ?4 WHERE expires_at <= ?5`,
  )
  const update = database.prepare(
    `UPDATE record SET version = version + 1, expires_at = ?3, value = ?4
     WHERE kind = ?1 AND id = ?2 AND expires_at > ?5 AND version = ?6`,
  )
  return ({ kind, id, expectedVersion, value, expiresAt, now }: Parameters<RecordStore['putRecord']>[0]): boolean => {
    const text = JSON.stringify(value)
    const { changes } =
      expectedVersion === 0
        ? insert.run(kind, id, expiresAt, text, now)
        : update.run(kind, id, expiresAt, text, now, expectedVersion)
    return Number(changes) > 0
  }
}
