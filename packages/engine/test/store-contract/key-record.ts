import type { KeyRecord } from '../../src/ports/key-store.ts'

export function keyRecord(keyId: string, changes: Partial<KeyRecord> = {}): KeyRecord {
  return {
    keyId,
    hash: `hash of ${keyId}`,
    name: `name of ${keyId}`,
    scopes: ['read', 'agents'],
    agentIds: null,
    createdAt: 1,
    expiresAt: null,
    revokedAt: null,
    ...changes,
  }
}
