import { createHash, randomBytes } from 'node:crypto'

const PREFIX = 'ops_'
const SECRET_BYTES = 32
const CHECKSUM_LENGTH = 6

/** `ops_`, 256 random bits, and a checksum by which a secret scanner or a careful reader tells a key from noise. */
export function makeApiKey(): string {
  const secret = randomBytes(SECRET_BYTES).toString('base64url')
  return `${PREFIX}${secret}${checksum(secret)}`
}

export function isApiKey(text: string): boolean {
  const secret = text.slice(PREFIX.length, -CHECKSUM_LENGTH)
  return /^ops_[\w-]{49}$/.test(text) && text.endsWith(checksum(secret))
}

function checksum(secret: string): string {
  return createHash('sha256').update(secret).digest('base64url').slice(0, CHECKSUM_LENGTH)
}
