import { CreatedKey, CreateKeyRequest, KeyView, Page, ROOT_KEY_ID } from '@opscore/contract'
import type { KeyRegistry, ListRequest } from '@opscore/engine'
import { ApiError, parseDateTime, refusedField } from '@opscore/host'
import type { FastifyInstance } from 'fastify'
import Type, { type Static } from 'typebox'
import { makeApiKey } from './access/api-key.ts'
import { hashKey } from './access/key-ring.ts'
import type { ApiContext } from './api-context.ts'
import { guarded } from './guarded.ts'
import { pageQuery, readPage } from './list-cursor.ts'
import { noContent } from './openapi/operation.ts'

const KeyParams = Type.Object({ keyId: Type.String({ minLength: 1, maxLength: 256 }) })
type KeyParams = Static<typeof KeyParams>

const KeyQuery = pageQuery({})

/** Names and up to a thousand agents. */
const KEY_LIMIT = 320 * 1024

const ROOT: KeyView = {
  keyId: ROOT_KEY_ID,
  name: ROOT_KEY_ID,
  scopes: ['admin'],
  agentIds: null,
  createdAt: null,
  expiresAt: null,
  revokedAt: null,
}

export interface KeyContext extends ApiContext {
  registry: KeyRegistry
  /** Where the root key lies; absent where the environment has it. */
  rootKeyFile: string | undefined
}

/** API keys: the root key, which is configured, and those that are made here. */
export function addKeyRoutes(app: FastifyInstance, context: KeyContext): void {
  addMaking(app, context)
  addReading(app, context)
  addRevoking(app, context)
}

function addMaking(app: FastifyInstance, { guard, registry, now }: KeyContext): void {
  app.post<{ Body: CreateKeyRequest }>(
    '/v1/opscore/key',
    {
      bodyLimit: KEY_LIMIT,
      ...guarded(guard, {
        id: 'createKey',
        tag: 'key',
        summary: 'Make an API key',
        description:
          'The key is in this answer and nowhere else. As it is not kept, a repeat could not be answered alike: an `Idempotency-Key` is refused with 400. Where an answer was lost, find the key by its name, revoke it, and make another.',
        rule: { scope: 'admin', demand: 'management' },
        body: CreateKeyRequest,
        answers: { 201: CreatedKey },
        errors: ['BAD_REQUEST', 'STORE_UNAVAILABLE', 'STORE_FULL'],
      }),
    },
    async ({ body: { name, scopes, agentIds = null, expiresAt }, headers, principal }, reply) => {
      if (headers['idempotency-key'] !== undefined) {
        throw new ApiError('BAD_REQUEST', 'A key is shown once and not kept, so an Idempotency-Key cannot be honoured')
      }
      const key = makeApiKey()
      const hash = hashKey(key).toString('hex')
      const asked = { hash, name, scopes, agentIds, expiresAt: futureOf(expiresAt, now()) }
      const made = await registry.create(asked, principal?.id ?? '')
      const answer: CreatedKey = { ...made, key }
      return reply.code(201).send(answer)
    },
  )
}

function addReading(app: FastifyInstance, { guard, registry }: KeyContext): void {
  app.get<{ Querystring: Static<typeof KeyQuery> }>(
    '/v1/opscore/key',
    guarded(guard, {
      id: 'listKeys',
      tag: 'key',
      summary: 'List API keys: the root key, then the others in the order of their making',
      description: 'Revoked and expired ones too. None comes with the key itself.',
      rule: { scope: 'admin', demand: 'management' },
      query: KeyQuery,
      answers: { 200: Page(KeyView) },
      errors: ['INVALID_CURSOR'],
    }),
    ({ query }) => readPage({ list: 'key', filter: {}, query }, (list) => withRoot(registry, list)),
  )

  app.get<{ Params: KeyParams }>(
    '/v1/opscore/key/:keyId',
    guarded(guard, {
      id: 'getKey',
      tag: 'key',
      summary: 'Read what an API key may do',
      rule: { scope: 'admin', demand: 'lookup' },
      params: KeyParams,
      answers: { 200: KeyView },
      errors: ['KEY_NOT_FOUND'],
    }),
    async ({ params: { keyId } }) => (keyId === ROOT_KEY_ID ? ROOT : registry.get(keyId)),
  )
}

function addRevoking(app: FastifyInstance, { guard, registry, rootKeyFile }: KeyContext): void {
  app.delete<{ Params: KeyParams }>(
    '/v1/opscore/key/:keyId',
    guarded(guard, {
      id: 'revokeKey',
      tag: 'key',
      summary: 'Revoke an API key',
      description:
        'It holds on this node when the answer is out, and within a second on every other; open event streams end. Revoking again changes nothing. The root key is changed where it is configured: 409.',
      rule: { scope: 'admin', demand: 'management' },
      params: KeyParams,
      answers: { 204: noContent('It is revoked') },
      errors: ['KEY_NOT_FOUND', 'ROOT_KEY_FIXED', 'STORE_UNAVAILABLE', 'STORE_FULL'],
    }),
    async ({ params: { keyId }, principal }, reply) => {
      if (keyId === ROOT_KEY_ID) throw new ApiError('ROOT_KEY_FIXED', whereRootIs(rootKeyFile))
      await registry.revoke(keyId, principal?.id ?? '')
      return reply.code(204).send()
    },
  )
}

function whereRootIs(file: string | undefined): string {
  return file === undefined
    ? 'The root key is what OPSCORE_API_KEY says: set another one there and restart'
    : `The root key is in ${file}: delete that file and restart to have a new one made, or set OPSCORE_API_KEY`
}

/** The root key first: its id is the key to go on from, behind which the stored ones begin. */
async function withRoot(registry: KeyRegistry, { limit, after }: ListRequest): Promise<Page<KeyView>> {
  if (after === ROOT_KEY_ID) return registry.list({ limit })
  if (after !== undefined) return registry.list({ limit, after })
  if (limit === 1) return { items: [ROOT], nextCursor: ROOT_KEY_ID }
  const { items, nextCursor } = await registry.list({ limit: limit - 1 })
  return { items: [ROOT, ...items], nextCursor }
}

/** Epoch milliseconds; a key that has expired before it is made is a mistake. */
function futureOf(expiresAt: string | null | undefined, now: number): number | null {
  if (expiresAt === null || expiresAt === undefined) return null
  const at = parseDateTime(expiresAt)
  if (at !== undefined && at > now) return at
  throw refusedField(['body', 'expiresAt'], { message: 'expiresAt must lie in the future', input: expiresAt })
}
