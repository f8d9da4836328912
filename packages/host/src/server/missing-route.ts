import type { FastifyInstance } from 'fastify'
import { ApiError } from './api-error.ts'

/** `405` with `Allow` where the address exists under other methods, else `404`. */
export function addMissingRouteAnswers(app: FastifyInstance): void {
  const methodsOf = new Map<string, Set<string>>()
  app.addHook('onRoute', ({ url, method }) => {
    const methods = methodsOf.get(url) ?? new Set()
    for (const one of [method].flat()) methods.add(one)
    methodsOf.set(url, methods)
  })

  app.setNotFoundHandler((request, reply) => {
    const path = (request.url.split('?', 1)[0] ?? '').split('/')
    const allowed = new Set<string>()
    for (const [pattern, methods] of methodsOf) {
      if (matches(pattern.split('/'), path)) for (const method of methods) allowed.add(method)
    }
    if (allowed.size === 0) {
      reply.send(new ApiError('NOT_FOUND', 'There is nothing at this address'))
      return
    }
    const allow = [...allowed].sort().join(', ')
    reply.send(new ApiError('METHOD_NOT_ALLOWED', `This address takes ${allow}`, { headers: { allow } }))
  })
}

function matches(pattern: readonly string[], path: readonly string[]): boolean {
  if (pattern.at(-1) === '*')
    return path.length >= pattern.length && matches(pattern.slice(0, -1), path.slice(0, pattern.length - 1))
  return (
    pattern.length === path.length &&
    pattern.every((part, index) => (part.startsWith(':') ? path[index] !== '' : part === path[index]))
  )
}
