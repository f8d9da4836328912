import type { FastifyInstance } from 'fastify'
import { type A2aRoutes, addA2aRoutes } from './a2a-routes.ts'
import { readCardSigner } from './card-signer.ts'

export interface A2aOptions extends Pick<A2aRoutes, 'agents' | 'opsCoreUrl'> {
  /** PEM file of the key that signs cards. */
  keyFile: string | undefined
  baseUrl: () => string
}

/** Throws a `ConfigurationError` where the key cannot sign. */
export function openA2a(app: FastifyInstance, { keyFile, baseUrl, ...routes }: A2aOptions): void {
  const signer = keyFile === undefined ? undefined : readCardSigner(keyFile)
  addA2aRoutes(app, { ...routes, signer, baseUrl: () => baseUrl().replace(/\/+$/, '') })
}
