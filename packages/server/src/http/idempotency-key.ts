import { createHash } from 'node:crypto'
import type { Once } from '@opscore/engine'
import Type from 'typebox'

/** How long an answer is kept, in milliseconds (experience.md, API). */
const KEPT = 24 * 3_600_000

export const IdempotencyHeaders = Type.Object({
  'idempotency-key': Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 255,
      pattern: '^[ -~]*$',
      description:
        'Makes the request count once: within 24 hours the same key with the same body gets the same answer, with another body 422',
      examples: ['order-4711'],
    }),
  ),
})

/** The record of a request that counts once: bound to who asks and to the address, so that nobody meets another's key. */
export function onceFor(request: { key: string; owner: string; route: string; body: Buffer; now: number }): Once {
  const { key, owner, route, body, now } = request
  return {
    key: `idempotency:${digest(JSON.stringify([owner, route, key]))}`,
    fingerprint: digest(body),
    expiresAt: now + KEPT,
  }
}

export function digest(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('base64url')
}
