/** Limits of an HTTP server, in milliseconds where they are times (reliability.md, "Defaults to ship"). */
export interface HttpLimits {
  /** Above clients' think times and the common 60 s of proxies, so that the client closes first. */
  keepAlive: number
  /** From the first byte of a request, or from the connection's start, to the end of the headers. */
  headers: number
  /** To the end of the body. Fastify's own 0 would turn Node's limit off. */
  request: number
  /** How often the two above are looked at. Node's 30 s would add that much to them. */
  check: number
  /** More are answered 431. Node's own `maxHeadersCount` would drop the rest without a word. */
  headerCount: number
}

export const HTTP_LIMITS: Readonly<HttpLimits> = {
  keepAlive: 75_000,
  headers: 15_000,
  request: 30_000,
  check: 5_000,
  headerCount: 100,
}

/** Connections that the system may hold before we accept them: a fleet that restarts comes all at once. */
export const BACKLOG = 4096
