import type { Wording } from './validation/wording.ts'

/** As long as pydantic's `HttpUrl` may be. */
const LONGEST = 2083

/** Whether the text is an `http` or `https` URL, as pydantic's `HttpUrl` and every browser read one. */
export function isHttpUrl(text: string): boolean {
  return text.length <= LONGEST && URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}

/** What pydantic says of a text that is none. */
export function httpUrlWording(text: string): Wording {
  if (text.length > LONGEST) return ['url_too_long', `URL should have at most ${LONGEST} characters`]
  if (URL.canParse(text)) return ['url_scheme', "URL scheme should be 'http' or 'https'"]
  return ['url_parsing', `Input should be a valid URL, ${flawOf(text.trim())}`]
}

function flawOf(text: string): string {
  if (text === '') return 'input is empty'
  const [, rest] = /^[a-z][a-z0-9+.-]*:[\\/]*(.*)$/is.exec(text) ?? []
  if (rest === undefined) return 'relative URL without a base'
  const authority = /^[^\\/?#]*/.exec(rest)?.[0] ?? ''
  const host = authority.slice(authority.lastIndexOf('@') + 1)
  if (host === '' || host.startsWith(':')) return 'empty host'
  if (host.startsWith('[')) return /^\[[^\]]*\]:/.test(host) ? 'invalid port number' : 'invalid IPv6 address'
  const [name = '', port] = host.split(':')
  if (port !== undefined && !(/^\d*$/.test(port) && Number(port) <= 65_535)) return 'invalid port number'
  return /(?:^|\.)(?:\d+|0x[0-9a-f]*)\.?$/i.test(name) ? 'invalid IPv4 address' : 'invalid international domain name'
}
