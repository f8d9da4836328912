import Type from 'typebox'
import { nullable } from './string-union.ts'

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
