import { OpsCoreClient } from '@opscore/sdk'
import type { FastifyInstance } from 'fastify'
import { type A2aRoutes, addA2aRoutes } from './a2a-routes.ts'
import { readCardSigner } from './card-signer.ts'
import { createPushService, type PushOptions } from './push/push-sender.ts'

export interface A2aOptions
  extends Pick<A2aRoutes, 'agents' | 'opsCoreUrl' | 'requireKey'>,
    Omit<PushOptions, 'client'> {
  /** AgentKit's own key of Ops-Core; without it nothing is pushed. */
  opsCoreKey: string | undefined
  /** PEM file of the key that signs cards. */
  keyFile: string | undefined
  baseUrl: () => string
}

/** Throws a `ConfigurationError` where the key cannot sign. What is given back stops what is pushed. */
export function openA2a(app: FastifyInstance, options: A2aOptions): AsyncDisposable {
  const { agents, opsCoreUrl, requireKey, opsCoreKey: apiKey, keyFile, baseUrl } = options
  const signer = keyFile === undefined ? undefined : readCardSigner(keyFile)
  const push =
    apiKey === undefined
      ? undefined
      : createPushService({ ...options, client: new OpsCoreClient({ url: opsCoreUrl, apiKey }) })
  addA2aRoutes(app, { agents, opsCoreUrl, requireKey, signer, push, baseUrl: () => baseUrl().replace(/\/+$/, '') })
  return { [Symbol.asyncDispose]: async () => push?.[Symbol.asyncDispose]() }
}
