/** The two routes that a fleet calls all the time, past Fastify where the request is as usual as can be. */
import type { IncomingHttpHeaders } from 'node:http'
import { Readable } from 'node:stream'
import { AgentStateReport } from '@opscore/contract'
import { bodyValidator, foundBefore, parseJsonBody, readBody, type Shortcut } from '@opscore/host'
import type { preParsingHookHandler } from 'fastify'
import type { Rule } from './access/guard.ts'
import type { ApiContext } from './api-context.ts'

export const STATE_ROUTE = '/v1/opscore/agent/:agentId/state'

/** Ids that no client escapes. */
const STATE_ADDRESS = /^\/v1\/opscore\/agent\/([\w.:-]{1,256})\/state$/

/** The answer to every report, printed once. */
export const ACCEPTED = JSON.stringify({ status: 'success', message: 'State update accepted' })

type Parts = Pick<ApiContext, 'engine' | 'guard' | 'requests'>

/** A valid report of a known agent. */
export function reportShortcut(
  { engine, guard, requests }: Parts,
  { rule, bodyLimit }: { rule: Rule; bodyLimit: number },
): Shortcut {
  const count = requests.measure('POST', STATE_ROUTE)
  const isReport = bodyValidator<AgentStateReport>(AgentStateReport)

  function reportIn(body: Buffer, agentId: string): AgentStateReport | undefined {
    try {
      const value = parseJsonBody(body)
      return isReport(value) && value.agentId === agentId ? value : undefined
    } catch {
      return undefined
    }
  }

  return {
    take(request, response, exits) {
      if (request.method !== 'POST') return false
      const agentId = STATE_ADDRESS.exec(request.url ?? '')?.[1]
      if (agentId === undefined || !hasPlainJson(request.headers, bodyLimit)) return false
      const arrivedAt = performance.now()
      if (!guard.admits(request.headers.authorization, rule, agentId, arrivedAt)) return false
      readBody(request, (body) => {
        const report = reportIn(body, agentId)
        if (report === undefined) return exits.handOn(request, response, { body })
        engine.reportState(agentId, report).then(
          () => {
            count(202, performance.now() - arrivedAt)
            exits.answer(request, response, 202, ACCEPTED)
          },
          (failure) => exits.handOn(request, response, { body, failure }),
        )
      })
      return true
    },
  }
}

/** The state of a known agent. */
export function stateShortcut({ engine, guard, requests }: Parts, rule: Rule): Shortcut {
  const count = requests.measure('GET', STATE_ROUTE)
  return {
    take(request, response, exits) {
      if (request.method !== 'GET') return false
      const agentId = STATE_ADDRESS.exec(request.url ?? '')?.[1]
      if (agentId === undefined || !hasNoBody(request.headers)) return false
      const arrivedAt = performance.now()
      if (!guard.admits(request.headers.authorization, rule, agentId, arrivedAt)) return false
      engine.agentState(agentId).then(
        (view) => {
          count(200, performance.now() - arrivedAt)
          exits.answer(request, response, 200, JSON.stringify(view))
        },
        (failure) => exits.handOn(request, response, { failure }),
      )
      return true
    },
  }
}

/** Gives the route the body that the shortcut has read already. */
export const bodyFoundBefore: preParsingHookHandler = (request, _reply, payload, done) => {
  const body = foundBefore(request.raw)?.body
  done(null, body === undefined ? payload : Readable.from([body], { objectMode: false }))
}

function hasPlainJson(headers: IncomingHttpHeaders, limit: number): boolean {
  const length = headers['content-length']
  const type = headers['content-type']
  if (type !== 'application/json' && type !== undefined) return false
  return headers['transfer-encoding'] === undefined && length !== undefined && length !== '0' && Number(length) <= limit
}

function hasNoBody(headers: IncomingHttpHeaders): boolean {
  const length = headers['content-length']
  return headers['transfer-encoding'] === undefined && (length === undefined || length === '0')
}
