import { createHmac, timingSafeEqual } from 'node:crypto'
import { parseDateTime } from './date-time.ts'

/** How far a signed request's clock may be off, either way, in milliseconds (wire contract, webhook). */
export const SIGNATURE_TOLERANCE = 300_000

export interface SignedWebhook {
  /** Those that are live, more than one while they are rotated. Empty ones count for nothing. */
  secrets: readonly string[]
  timestamp: string | undefined
  signature: string | undefined
  /** The bytes as they came, never a body that was parsed and printed again. */
  body: Buffer
  /** Milliseconds since the epoch. */
  now: number
  tolerance?: number
}

export type Verdict = { ok: true } | { ok: false; reason: string }

/** Lower-case hex HMAC-SHA256 over `<timestamp>.<body>`. */
export function signWebhook({
  secret,
  timestamp,
  body,
}: {
  secret: string
  timestamp: string
  body: Buffer | string
}): string {
  return digest(secret, timestamp, body).toString('hex')
}

/** Checks a webhook's signature and age. The timestamp is Unix seconds or ISO 8601. */
export function verifyWebhook(webhook: SignedWebhook): Verdict {
  const { timestamp, signature, body, now, tolerance = SIGNATURE_TOLERANCE } = webhook
  if (!timestamp || !signature) return refused('The timestamp or the signature is missing')
  const signedAt = readTimestamp(timestamp)
  if (signedAt === undefined) return refused('The timestamp is neither Unix seconds nor ISO 8601')
  if (Math.abs(now - signedAt) > tolerance) return refused('The timestamp is too far from the present')
  // Buffer.from(x, 'hex') stops silently at the first bad digit, and timingSafeEqual throws on unequal lengths.
  if (!/^[0-9a-f]{64}$/.test(signature)) return refused('The signature is not 64 lower-case hex digits')

  const given = Buffer.from(signature, 'hex')
  let matches = false
  for (const secret of webhook.secrets) {
    if (secret !== '' && timingSafeEqual(digest(secret, timestamp, body), given)) matches = true
  }
  return matches ? { ok: true } : refused('The signature does not match')
}

function digest(secret: string, timestamp: string, body: Buffer | string): Buffer {
  return createHmac('sha256', secret).update(timestamp).update('.').update(body).digest()
}

function readTimestamp(text: string): number | undefined {
  return /^\d{1,12}(?:\.\d{1,9})?$/.test(text) ? Number(text) * 1000 : parseDateTime(text)
}

function refused(reason: string): Verdict {
  return { ok: false, reason }
}
