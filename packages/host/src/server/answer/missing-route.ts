import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ApiError } from './api-error.ts'

/** Answers a request that no route has, and says whether it did. */
export type Fallback = (request: FastifyRequest, reply: FastifyReply) => Promise<boolean>

/**
 * Answers requests for addresses that no route has, before their bodies are read: `405` with `Allow` where the address
 * exists under other methods, else `404`. One that exists without the slashes at its end is sent there with `307`, as
 * FastAPI does. A parameter is never empty: with one, an address is none. What is left is asked of `fallback` before it is a `404`.
 */
export function addMissingRouteAnswers(app: FastifyInstance, fallback?: Fallback): void {
  const methodsOf = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    methodsOf.set(url, methods)
  })

  function methodsAt(path: string): Set<string> {
    const parts = path.split('/')
    const allowed = new Set<string>()
    for (const [pattern, methods] of methodsOf) {
      if (matches(pattern.split('/'), parts)) for (const method of methods) allowed.add(method)
    }
    return allowed
  }

  app.addHook('onRequest', (request, reply, done) => {
    if (!request.is404 && !hasEmptyPart(request.params)) return done()
    const [path = '', ...query] = request.url.split('?')
    const allow = [...methodsAt(path)].sort().join(', ')
    if (allow !== '') {
      return done(new ApiError('METHOD_NOT_ALLOWED', `This address takes ${allow}`, { headers: { allow } }))
    }
    const bare = path.replace(/\/+$/, '')
    // A location that began with two slashes would name another host.
    if (bare !== path && !bare.startsWith('//') && methodsAt(bare).size > 0) {
      reply.redirect([bare, ...query].join('?'), 307)
      return
    }
    if (fallback === undefined) return done(notFound())
    fallback(request, reply).then((answered) => answered || done(notFound()), done)
  })
  // What a file server among the plug-ins cannot find.
  app.setNotFoundHandler((_request, reply) => {
    reply.send(notFound())
  })
}

const notFound = () => new ApiError('NOT_FOUND', 'There is nothing at this address')

const hasEmptyPart = (params: unknown): boolean =>
  typeof params === 'object' && params !== null && Object.values(params).includes('')

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.at(-1) === '*')
    return path.length >= pattern.length && matches(pattern.slice(0, -1), path.slice(0, pattern.length - 1))
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => (part.startsWith(':') ? path[index] !== '' : part === path[index]))
  )
}
