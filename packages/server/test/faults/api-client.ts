/** Calls as a careful client makes them: again until they are answered, as long as the server may come back. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Page } from '@opscore/contract'

export const API_KEY = 'crash-test-key'
const GIVE_UP = 60_000

export interface ApiClient {
  /** Repeats what no answer came to, and 5xx and 429; returns the first other answer. */
  insist(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Answer>
  get<T>(path: string): Promise<T>
  /** Every item of a list. */
  all<T>(path: string): Promise<T[]>
}

export interface Answer {
  status: number
  body: unknown
}

export function createApiClient(base: () => string): ApiClient {
  async function call(method: string, path: string, body: unknown, headers: Record<string, string>): Promise<Answer> {
    const answer = await fetch(base() + path, {
      method,
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(10_000),
    })
    const text = await answer.text()
    return { status: answer.status, body: text === '' ? null : JSON.parse(text) }
  }

  const insist: ApiClient['insist'] = async (method, path, body, headers = {}) => {
    const deadline = Date.now() + GIVE_UP
    for (let wait = 20; ; wait = Math.min(400, wait * 2)) {
      const answer = await call(method, path, body, headers).catch((error: unknown) => ({
        status: 0,
        body: String(error),
      }))
      const again = answer.status === 0 || answer.status === 429 || answer.status >= 500
      if (!again || Date.now() > deadline) return answer
      await pause(wait)
    }
  }

  async function get<T>(path: string): Promise<T> {
    const { status, body } = await insist('GET', path)
    if (status !== 200) throw new Error(`GET ${path} answered ${status}: ${JSON.stringify(body)}`)
    return body as T
  }

  return {
    insist,
    get,
    async all<T>(path: string) {
      const items: T[] = []
      let cursor: string | null = ''
      while (cursor !== null) {
        const after: string = cursor === '' ? '' : `&cursor=${encodeURIComponent(cursor)}`
        const page: Page<T> = await get<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}limit=200${after}`)
        items.push(...page.items)
        cursor = page.nextCursor
      }
      return items
    },
  }
}
