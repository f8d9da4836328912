import { type Outbound, OutboundError } from '@opscore/host'

export type GuardedFetch = (input: string | URL | Request, init?: RequestInit) => Promise<Response>

const METHODS = ['GET', 'POST', 'DELETE'] as const

/**
 * A `fetch` that stays inside an outbound's network policy, follows no redirect, and reads an answer whole, no more of it than it must:
 * not for streams that stay open. Throws `OutboundError`.
 */
export function guardedFetch(outbound: Outbound): GuardedFetch {
  return async (input, { method = 'GET', headers, body, signal } = {}) => {
    const known = METHODS.find((one) => one === method)
    if (input instanceof Request || known === undefined) throw new OutboundError('refused', `${method} is not sent`)
    const answer = await outbound.request({
      url: String(input),
      method: known,
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
    })
    if (answer.truncated) throw new OutboundError('broken', 'The answer is too long')
    const given = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    )
    const isEmpty = answer.body.length === 0
    return new Response(isEmpty ? null : new Uint8Array(answer.body), { status: answer.status, headers: given })
  }
}
