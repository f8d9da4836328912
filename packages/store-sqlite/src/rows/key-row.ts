import type { KeyRecord } from '@opscore/engine/store'
import { column } from './column.ts'

export const KEY_COLUMNS = 'key_id, hash, name, scopes, agent_ids, created_at, expires_at, revoked_at'

/** Reads a row of `KEY_COLUMNS`. */
export function keyOf(row: Record<string, unknown>): KeyRecord {
  return {
    keyId: column.text(row.key_id),
    hash: column.text(row.hash),
    name: column.text(row.name),
    scopes: JSON.parse(column.text(row.scopes)),
    agentIds: JSON.parse(column.textOrNull(row.agent_ids) ?? 'null'),
    createdAt: column.number(row.created_at),
    expiresAt: column.numberOrNull(row.expires_at),
    revokedAt: column.numberOrNull(row.revoked_at),
  }
}
