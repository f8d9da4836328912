import type { KeyView } from '@opscore/contract'
import type { StatusLook } from '../../design-system/look.ts'

/** Whether a key still holds. */
export function keyLook({ revokedAt, expiresAt }: KeyView, now: number): StatusLook {
  if (revokedAt !== null) return { word: 'Revoked', shape: 'cancelled', tone: 'calm' }
  if (expiresAt !== null && Date.parse(expiresAt) <= now) return { word: 'Expired', shape: 'late', tone: 'calm' }
  return { word: 'Holds', shape: 'ready', tone: 'good' }
}
