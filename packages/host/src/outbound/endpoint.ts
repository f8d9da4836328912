import { isIP } from 'node:net'
import type { NetworkPolicy } from './network-policy.ts'

const MAX_LENGTH = 2048

// The URL parser drops tabs and line breaks and trims the rest: two readers of one text would see two hosts.
const UNPRINTABLE = /[\p{Cc}\s]/u

export type EndpointVerdict = { ok: true; url: URL } | { ok: false; reason: string }

/**
 * Whether an endpoint may be registered: an absolute http(s) URL without userinfo whose host, where it is an address in
 * any of its spellings, is inside the policy. A name is only checked when it is connected to, since what it resolves
 * to may change.
 */
export function checkEndpoint(policy: NetworkPolicy, text: string): EndpointVerdict {
  if (text.length > MAX_LENGTH) return refused(`The URL is longer than ${MAX_LENGTH} characters`)
  if (UNPRINTABLE.test(text)) return refused('The URL holds blanks or control characters')
  const url = URL.parse(text)
  if (url === null) return refused('This is not an absolute URL')
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return refused('The URL is neither http nor https')
  if (url.username !== '' || url.password !== '' || authorityOf(text).includes('@')) {
    return refused('The URL holds a user name or password')
  }
  const host = bareHost(url)
  if (isIP(host) !== 0 && !policy.permits(host))
    return refused(`The address ${host} is outside the networks that are allowed`)
  return { ok: true, url }
}

/** The host without the brackets of an IPv6 literal. */
export function bareHost(url: URL): string {
  return url.hostname.startsWith('[') ? url.hostname.slice(1, -1) : url.hostname
}

function authorityOf(text: string): string {
  return /^[^:]*:[/\\]*([^/\\?#]*)/.exec(text)?.[1] ?? ''
}

function refused(reason: string): EndpointVerdict {
  return { ok: false, reason }
}
