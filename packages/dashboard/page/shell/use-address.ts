import { useNavigate, useSearch } from '@tanstack/react-router'
import type { Search } from './address.ts'

export interface Address {
  search: Search
  /** The value, or the first of several. */
  one(name: string): string | undefined
  many(name: string): string[]
  /** Changes what is named and leaves the rest; `undefined` takes it out. `step` makes the browser's back button undo it. */
  set(changes: Search, step?: boolean): void
}

/** The address of the place that is shown: filters, columns, range and selection are there and nowhere else. */
export function useAddress(): Address {
  const search: Search = useSearch({ strict: false })
  const navigate = useNavigate()
  const many = (name: string) => [search[name] ?? []].flat()
  return {
    search,
    many,
    one: (name) => many(name)[0],
    set(changes, step = false) {
      void navigate({ to: '.', search: (before: Search) => ({ ...before, ...changes }), replace: !step })
    },
  }
}
