import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type ReactNode, useEffect, useRef } from 'react'
import { useRowKeys } from './use-row-keys.ts'

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

interface Props<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
  /** Called when the end comes into sight: there may be more to read. */
  onEnd?: (() => void) | undefined
  /** Below the last row. */
  foot?: ReactNode
  isMarked?: ((row: T) => boolean) | undefined
}

const ROW_HEIGHT = 36

/**
 * Rows of one height, of which only those in sight are there: no table element could hold them, so roles say what they are. A row's link covers it: it opens by click, in a new tab,
 * and by `Enter`.
 */
export function DataTable<T>({ label, columns, rows, keyOf, onEnd, foot, isMarked }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index] as T),
  })
  useRowKeys(scroller, rows.length, (index) => virtual.scrollToIndex(index))
  const items = virtual.getVirtualItems()
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 20) onEnd?.()
  }, [last, rows.length, onEnd])

  const template = {
    '--columns': columns.map(({ width }) => width).join(' '),
    '--columns-narrow': columns.flatMap(({ narrow }) => narrow ?? []).join(' '),
  } as CSSProperties
  return (
    <div className="table-scroll" ref={scroller} style={template}>
      <div role="table" aria-label={label} aria-rowcount={rows.length + 1} className="table">
        <Heads columns={columns} />
        <div role="rowgroup" className="table-body" style={{ height: virtual.getTotalSize() }}>
          {items.map(({ index, key, start }) => {
            const row = rows[index] as T
            return (
              <div
                key={key}
                role="row"
                tabIndex={-1}
                aria-rowindex={index + 2}
                data-index={index}
                data-marked={isMarked?.(row) ? '' : undefined}
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
          })}
        </div>
      </div>
      {foot}
    </div>
  )
}

function Heads<T>({ columns }: { columns: readonly Column<T>[] }) {
  return (
    <div role="rowgroup" className="table-heads">
      <div role="row" tabIndex={-1} aria-rowindex={1} className="table-row">
        {columns.map(({ id, name, head, narrow, align }) => (
          <div
            key={id}
            role="columnheader"
            tabIndex={-1}
            className="cell"
            data-wide={narrow === undefined || undefined}
            data-align={align}
          >
            {head ?? name}
          </div>
        ))}
      </div>
    </div>
  )
}

function Cell<T>({ column: { narrow, align }, children }: { column: Column<T>; children: ReactNode }) {
  return (
    <div role="cell" className="cell" data-wide={narrow === undefined || undefined} data-align={align}>
      {children}
    </div>
  )
}
