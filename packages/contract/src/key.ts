import Type, { type Static } from 'typebox'
import { AgentId } from './fleet/agent.ts'
import { nullable, stringUnion } from './text/string-union.ts'
import { SCOPES } from './text/words.ts'
import { Instant } from './time/instant.ts'

export type Scope = (typeof SCOPES)[number]

/** The key that the server is configured with. It is none of those that are made, so it cannot be revoked. */
export const ROOT_KEY_ID = 'root'

const KeyName = Type.String({ minLength: 1, maxLength: 128, description: 'Who uses it, for people' })
const KeyScopes = Type.Array(stringUnion(SCOPES), { minItems: 1, uniqueItems: true })
const KeyAgents = nullable(
  Type.Array(AgentId, {
    minItems: 1,
    maxItems: 1_000,
    uniqueItems: true,
    description: 'The agents that it may speak for or see, and nothing else; null: all',
  }),
)

/** Closed: a misspelt `agentIds` or `expiresAt` must not make a wider key than was meant. */
export const CreateKeyRequest = Type.Object(
  {
    name: KeyName,
    scopes: KeyScopes,
    agentIds: Type.Optional(KeyAgents),
    expiresAt: Type.Optional(nullable(Instant)),
  },
  { additionalProperties: false },
)
export type CreateKeyRequest = Static<typeof CreateKeyRequest>

const ofKey = {
  keyId: Type.String({ description: `A UUID, or \`${ROOT_KEY_ID}\`` }),
  name: KeyName,
  scopes: KeyScopes,
  agentIds: KeyAgents,
  /** `null` for the root key. */
  createdAt: nullable(Instant),
  /** From this moment on it is refused. */
  expiresAt: nullable(Instant),
  revokedAt: nullable(Instant),
}

/** A key without its secret, which nobody keeps. When it was used last is not kept either: it would be a write a request. */
export const KeyView = Type.Object(ofKey)
export type KeyView = Static<typeof KeyView>

export const CreatedKey = Type.Object({
  ...ofKey,
  key: Type.String({ description: 'The key itself, shown this once' }),
})
export type CreatedKey = Static<typeof CreatedKey>
