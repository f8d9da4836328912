/** The page, at every address that is none of the API's. */
import { type Fallback, PAGE_CONTENT_SECURITY_POLICY } from '@opscore/host'
import type { FastifyReply } from 'fastify'
import { createPageFiles, type PageFile } from './page-files.ts'

/** First parts of addresses that belong to the API: what is wrong below one is told as a problem, to browsers too. */
const API_PARTS = new Set(['v1', 'docs', 'openapi.json', 'schema', 'health', 'ready', 'metrics', 'assets'])

/** A year: the name changes with what is in it. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/**
 * Serves the built page of a folder: its files, and its document for every place in it, so that a link to a place works.
 * Only a browser, which asks for HTML, is shown the document for an address that nobody knows.
 */
export function createPage(folder: string, basePath: string): Fallback {
  const files = createPageFiles(folder, basePath)

  return async ({ method, url, headers }, reply) => {
    if (method !== 'GET' && method !== 'HEAD') return false
    const [path = ''] = url.split('?')
    const asset = /^\/assets\/([\w-][\w.-]*)$/.exec(path)?.[1]
    if (asset !== undefined) {
      const file = await files.asset(asset, String(headers['accept-encoding'] ?? ''))
      return file !== undefined && sendFile(reply, file, FOR_EVER)
    }
    if (path === '/favicon.svg') {
      const icon = await files.icon()
      return icon !== undefined && sendFile(reply, icon, 'no-cache')
    }
    if (path !== '/' && !isPlace(path, headers.accept)) return false
    const document = await files.document()
    if (document === undefined) return false
    bearPageHeaders(reply, 'no-store').type('text/html; charset=utf-8').send(document)
    return true
  }
}

function isPlace(path: string, accept: string | undefined): boolean {
  return accept?.includes('text/html') === true && !API_PARTS.has(path.split('/')[1] ?? '')
}

function sendFile(reply: FastifyReply, { body, contentType, encoding }: PageFile, caching: string): true {
  bearPageHeaders(reply, caching).header('vary', 'accept-encoding').type(contentType)
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  reply.send(body)
  return true
}

/** Scripts bear the policy as well: a worker has that of its own file. */
function bearPageHeaders(reply: FastifyReply, caching: string): FastifyReply {
  return reply
    .header('content-security-policy', PAGE_CONTENT_SECURITY_POLICY)
    .header('cache-control', caching)
    .header('referrer-policy', 'no-referrer')
}
