import { memo, type ReactNode } from 'react'
import type { Column } from './column.ts'

interface Props<T> {
  row: T
  index: number
  /** Pixels from the top of the body. */
  start: number
  columns: readonly Column<T>[]
  isMarked: boolean
}

function Row<T>({ row, index, start, columns, isMarked }: Props<T>) {
  return (
    <div
      role="row"
      tabIndex={-1}
      aria-rowindex={index + 2}
      data-index={index}
      data-marked={isMarked ? '' : undefined}
      className="table-row"
      style={{ transform: `translateY(${start}px)` }}
    >
      {columns.map((column) => (
        <Cell key={column.id} column={column}>
          {column.cell(row)}
        </Cell>
      ))}
    </div>
  )
}

/** Drawn again only when it is another one: while one scrolls, only rows that come into sight cost anything. */
export const TableRow = memo(Row) as typeof Row

function Cell<T>({ column: { narrow, align }, children }: { column: Column<T>; children: ReactNode }) {
  return (
    <div role="cell" className="cell" data-wide={narrow === undefined || undefined} data-align={align}>
      {children}
    </div>
  )
}
