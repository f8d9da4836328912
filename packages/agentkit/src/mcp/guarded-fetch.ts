import { type Outbound, OutboundError } from '@opscore/host'

type Fetch = (url: string | URL, init?: RequestInit) => Promise<Response>

/**
 * A `fetch` that stays inside an outbound's network policy, follows no redirect, and reads no more of an answer than it must. A stream
 * that the server would hold open is not asked for: what a call is answered with comes with the call.
 */
export function guardedFetch(outbound: Outbound): Fetch {
  return async (url, { method = 'GET', headers, body, signal } = {}) => {
    if (method === 'GET') return new Response(null, { status: 405 })
    const answer = await outbound.request({
      url: String(url),
      method: method === 'DELETE' ? 'DELETE' : 'POST',
      headers: Object.fromEntries(new Headers(headers)),
      ...(typeof body === 'string' ? { body } : {}),
      ...(signal ? { signal } : {}),
    })
    if (answer.truncated) throw new OutboundError('broken', 'Its answer is too long')
    const given = Object.entries(answer.headers).flatMap(([name, value]) =>
      [value ?? []].flat().map((one): [string, string] => [name, one]),
    )
    const isEmpty = answer.body.length === 0
    return new Response(isEmpty ? null : new Uint8Array(answer.body), { status: answer.status, headers: given })
  }
}
