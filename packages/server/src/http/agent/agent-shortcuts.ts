/** Shortcuts past Fastify for what is asked of one agent, where the request is as usual as can be. */
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { bodyValidator, type ExactFields, foundBefore, hasNoBody, parseJsonBody, type Shortcut } from '@opscore/host'
import type { FastifyRequest, preParsingHookHandler } from 'fastify'
import type { Rule } from '../access/guard.ts'
import type { ApiContext } from '../api-context.ts'

type Parts = Pick<ApiContext, 'guard' | 'requests'>

interface Way {
  /** Below `/v1/opscore/agent/:agentId/`. */
  name: string
  rule: Rule
  status: number
}

/** A read of what is known at once; what is not, the route reads. */
export function readShortcut(
  { guard, requests }: Parts,
  { name, rule, status, known }: Way & { known: (agentId: string) => object | undefined },
): Shortcut {
  const count = requests.measure('GET', routeOf(name))
  const agentIn = addressOf(name)
  return {
    take(request, response, exits) {
      if (request.method !== 'GET') return false
      const agentId = agentIn(request.url ?? '')
      if (agentId === undefined || !hasNoBody(request.headers)) return false
      const arrivedAt = performance.now()
      const view = guard.admits(request.headers.authorization, rule, agentId, arrivedAt) ? known(agentId) : undefined
      if (view === undefined) return false
      request.readWhole(noBody)
      count(status, performance.now() - arrivedAt)
      exits.answer(request, response, status, JSON.stringify(view))
      return true
    },
  }
}

/**
 * A post with a body that fits `schema`. `answer` gives what is answered, or `null` where the route is to say what is wrong.
 * A request with one of the headers `but` is none of the usual. `exact` as in a route's config.
 */
export function postShortcut<T>(
  { guard, requests }: Parts,
  way: Way & {
    bodyLimit: number
    schema: unknown
    but?: string
    exact: ExactFields
    answer: (request: { agentId: string; body: T; bytes: Buffer; arrivedAt: number }) => Promise<unknown> | null
    /** Prints what it resolved with. */
    print: (answer: unknown) => string
  },
): Shortcut {
  const { name, rule, status, bodyLimit, but, exact } = way
  const count = requests.measure('POST', routeOf(name))
  const agentIn = addressOf(name)
  const fits = bodyValidator<T>(way.schema)

  /** `null` where the route is to say what is wrong. */
  function answerTo(agentId: string, bytes: Buffer, arrivedAt: number): Promise<unknown> | null {
    let body: unknown
    try {
      body = parseJsonBody(bytes, exact)
    } catch {
      return null
    }
    return fits(body) ? way.answer({ agentId, body, bytes, arrivedAt }) : null
  }

  return {
    take(request, response, exits) {
      if (request.method !== 'POST') return false
      const { headers } = request
      const agentId = agentIn(request.url ?? '')
      if (agentId === undefined || !hasPlainJson(headers, bodyLimit) || (but && headers[but] !== undefined))
        return false
      const arrivedAt = performance.now()
      if (!guard.admits(headers.authorization, rule, agentId, arrivedAt)) return false
      request.readWhole((body) => {
        const fail = (failure: unknown) => exits.handOn(request, response, { body, failure })
        let answered: Promise<unknown> | null
        try {
          answered = answerTo(agentId, body, arrivedAt)
        } catch (failure) {
          return fail(failure)
        }
        if (answered === null) return exits.handOn(request, response, { body })
        answered.then((answer) => {
          count(status, performance.now() - arrivedAt)
          exits.answer(request, response, status, way.print(answer))
        }, fail)
      })
      return true
    },
  }
}

/** Gives the route the body that the shortcut has read already. */
export const bodyFoundBefore: preParsingHookHandler = (request, _reply, payload, done) => {
  const body = foundBefore(request.raw)?.body
  done(null, body === undefined ? payload : Readable.from([body], { objectMode: false }))
}

/** Throws what the shortcut met with: it was tried there, and must not be tried again. */
export function throwFoundBefore({ raw }: Pick<FastifyRequest, 'raw'>): void {
  const found = foundBefore(raw)
  if (found?.failure !== undefined) throw found.failure
}

/** What a request without a body has still to be read for. */
const noBody = (): void => {}

export const routeOf = (name: string): string => `/v1/opscore/agent/:agentId/${name}`
const BEFORE_ID = '/v1/opscore/agent/'
/** Ids that no client escapes. */
const PLAIN_ID = /^[\w.:-]{1,256}$/

/** The agent's id in an address of the route; `undefined` for any other address. */
function addressOf(name: string): (url: string) => string | undefined {
  const afterId = `/${name}`
  return (url) => {
    if (!url.startsWith(BEFORE_ID) || !url.endsWith(afterId)) return undefined
    const id = url.slice(BEFORE_ID.length, -afterId.length)
    return PLAIN_ID.test(id) ? id : undefined
  }
}

function hasPlainJson(headers: IncomingHttpHeaders, limit: number): boolean {
  const length = headers['content-length']
  const type = headers['content-type']
  if (type !== 'application/json' && type !== undefined) return false
  return headers['transfer-encoding'] === undefined && length !== undefined && length !== '0' && Number(length) <= limit
}
