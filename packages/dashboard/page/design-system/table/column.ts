import type { ReactNode } from 'react'

export interface Column<T> {
  id: string
  name: string
  /** Its part of the grid's template, such as `8rem` or `minmax(6rem, 1fr)`. */
  width: string
  /** The same where the screen is narrow; without it the column is left out there. */
  narrow?: string
  align?: 'end'
  /** Shown in place of the name. */
  head?: ReactNode
  cell: (row: T) => ReactNode
}
