import { createHash } from 'node:crypto'
import { PAGE_LIMIT_DEFAULT, type Page, PageQuery } from '@opscore/contract'
import type { ListRequest } from '@opscore/engine'
import { ApiError } from '@opscore/host'
import Type, { type Static } from 'typebox'

/** 72 bits: enough to tell lists and filters apart, and a cursor that was cut or made up. */
const SEAL_LENGTH = 12

type PageRequest = Static<typeof PageQuery>

/** A page's query with the filters of a list beside it. */
export const pageQuery = <P extends Type.TProperties>(filters: P) =>
  Type.Object({ ...PageQuery.properties, ...filters })

/**
 * One page of a list. The store's key to go on from travels in an opaque cursor that is sealed with the list's name and
 * filter; with another one it throws `INVALID_CURSOR`. The limit may change from page to page.
 */
export async function readPage<T>(
  { list, filter, query }: { list: string; filter: Readonly<Record<string, unknown>>; query: PageRequest },
  load: (request: ListRequest) => Promise<Page<T>>,
): Promise<Page<T>> {
  const scope = JSON.stringify([list, Object.entries(filter).sort(([a], [b]) => (a < b ? -1 : 1))])
  const limit = query.limit ?? PAGE_LIMIT_DEFAULT
  const after = query.cursor === undefined ? undefined : open(query.cursor, scope)
  const page = await load(after === undefined ? { limit } : { limit, after })
  return { items: page.items, nextCursor: page.nextCursor === null ? null : seal(page.nextCursor, scope) }
}

function seal(after: string, scope: string): string {
  return `${sealOf(after, scope)}${Buffer.from(after).toString('base64url')}`
}

function open(cursor: string, scope: string): string {
  const after = Buffer.from(cursor.slice(SEAL_LENGTH), 'base64url').toString()
  if (seal(after, scope) !== cursor)
    throw new ApiError('INVALID_CURSOR', 'The cursor belongs to another list or filter')
  return after
}

function sealOf(after: string, scope: string): string {
  return createHash('sha256').update(scope).update('\n').update(after).digest('base64url').slice(0, SEAL_LENGTH)
}
