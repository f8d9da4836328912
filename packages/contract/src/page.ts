import Type, { type Static } from 'typebox'
import { nullable, stringUnion } from './text/string-union.ts'
import { READ_ORDERS } from './text/words.ts'

/** One page of a list. `nextCursor` is opaque, bound to its filter, and `null` on the last page alone: a page may be short of its limit. */
export const Page = <T extends Type.TSchema>(item: T) =>
  Type.Object({ items: Type.Array(item), nextCursor: nullable(Type.String()) })
export interface Page<T> {
  items: T[]
  nextCursor: string | null
}

export const PAGE_LIMIT_DEFAULT = 50
export const PAGE_LIMIT_MAXIMUM = 200

export const PageQuery = Type.Object({
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: PAGE_LIMIT_MAXIMUM, default: PAGE_LIMIT_DEFAULT })),
  cursor: Type.Optional(Type.String({ maxLength: 1024 })),
})

export const ReadOrder = stringUnion(READ_ORDERS, { description: 'The oldest first, or the newest' })
export type ReadOrder = Static<typeof ReadOrder>
