import { createHash, createPrivateKey, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { type AgentCard, generateAgentCardSignature } from '@a2a-js/sdk'
import { ConfigurationError } from '@opscore/host'

export interface CardSigner {
  /** The card with its signature, which names the key's set at `jku`. */
  sign(card: AgentCard, jku: string): Promise<AgentCard>
  /** The public key, for those who check. */
  keys: { keys: JsonWebKey[] }
}

/** Reads the private key in a PEM file. Throws a `ConfigurationError` where it is none that signs. */
export function readCardSigner(file: string): CardSigner {
  const key = readKey(file)
  const alg = algorithmOf(key)
  if (alg === undefined) throw refused(file, 'is no key of P-256, Ed25519 or RSA')
  const publicKey = createPublicKey(key)
  const kid = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64url')
  return {
    sign: (card, jku) => generateAgentCardSignature(key, { alg, kid, typ: 'JOSE', jku })(card),
    keys: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid, alg, use: 'sig' }] },
  }
}

function readKey(file: string): KeyObject {
  try {
    return createPrivateKey(readFileSync(file))
  } catch (error) {
    throw refused(file, `cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

function algorithmOf({ asymmetricKeyType: type, asymmetricKeyDetails: details }: KeyObject): string | undefined {
  if (type === 'ed25519') return 'EdDSA'
  if (type === 'rsa') return 'RS256'
  return type === 'ec' && details?.namedCurve === 'prime256v1' ? 'ES256' : undefined
}

function refused(file: string, why: string): ConfigurationError {
  return new ConfigurationError([`AGENTKIT_A2A_KEY_FILE ${file} ${why}`])
}
