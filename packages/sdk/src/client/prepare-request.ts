/**
 * A call as it goes out. What is wrong with it is the caller's mistake, so it is a `TypeError` at once, before anything is
 * sent and not to be tried again. No message has a secret in it: neither the key, nor a URL's password or query.
 */
import type { Call, Query } from './call.ts'

export interface Prepared {
  url: string
  init: RequestInit
}

/** @throws TypeError */
export function prepareRequest(base: string, apiKey: string | undefined, call: Call): Prepared {
  const { method, path, query, body } = call
  const headers: Record<string, string> = { accept: 'application/json', ...call.headers }
  if (apiKey !== undefined) headers.authorization = `Bearer ${apiKey}`
  if (body !== undefined) headers['content-type'] = 'application/json'
  for (const [name, value] of Object.entries(headers)) checkHeader(name, value)
  const init: RequestInit = { method, headers, ...(body === undefined ? {} : { body: printBody(body) }) }
  return { url: `${base}/${path.map(encodeSegment).join('/')}${queryString(query)}`, init }
}

/**
 * The URL below which the API lies, with or without `/v1`.
 * @throws TypeError
 */
export function readBaseUrl(url: string): string {
  if (!URL.canParse(url)) throw new TypeError('The url is not a URL.')
  const { protocol, username, password, search, hash, origin, pathname } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:')
    throw new TypeError(`The url must be http or https, not ${protocol}`)
  if (username !== '' || password !== '') {
    throw new TypeError(`The url must not have a user or a password in it (${origin}): the key is its own option.`)
  }
  if (search !== '' || hash !== '') throw new TypeError(`The url must end with its path (${origin}${pathname}).`)
  return `${origin}${pathname}`.replace(/\/+$/, '').replace(/\/v1$/, '')
}

/** @throws TypeError where the value cannot stand in a header; it is not told, for it may be the key */
export function checkHeader(name: string, value: string): void {
  try {
    new Headers([[name, value]])
  } catch {
    throw new TypeError(`The header ${name} has a value that no header can have.`)
  }
}

/** An empty segment and dots would lead to another route, whoever made such an id. */
function encodeSegment(segment: unknown): string {
  if (typeof segment === 'string' && segment !== '' && segment !== '.' && segment !== '..' && segment.isWellFormed()) {
    return encodeURIComponent(segment)
  }
  const shown = typeof segment === 'string' ? JSON.stringify(segment) : typeof segment
  throw new TypeError(`An id must be text, and not empty, "." or ".."; this one is ${shown}.`)
}

function queryString(query: Query = {}): string {
  const search = new URLSearchParams()
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each))
  }
  return search.size > 0 ? `?${search}` : ''
}

function printBody(body: unknown): string {
  let text: string | undefined
  try {
    text = JSON.stringify(body)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'its toJSON has thrown'
    throw new TypeError(`What is to be sent cannot be written as JSON: ${reason}`, { cause })
  }
  if (text === undefined) throw new TypeError(`What is to be sent cannot be written as JSON: it is a ${typeof body}.`)
  return text
}
