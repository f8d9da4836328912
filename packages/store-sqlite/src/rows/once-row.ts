import type { OnceRecord } from '@opscore/engine/store'
import { column } from './column.ts'

/** Reads a row of `key, fingerprint, answer, expires_at`. */
export function onceOf(row: Record<string, unknown>): OnceRecord {
  return {
    key: column.text(row.key),
    fingerprint: column.text(row.fingerprint),
    answer: JSON.parse(column.text(row.answer)),
    expiresAt: column.number(row.expires_at),
  }
}
