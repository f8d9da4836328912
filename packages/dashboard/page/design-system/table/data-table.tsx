import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type CSSProperties,
  type ReactNode,
  type RefObject,
  useCallback,
  useEffect,
  useImperativeHandle,
  useRef,
} from 'react'
import type { Column } from './column.ts'
import { TableRow } from './table-row.tsx'
import { useRowKeys } from './use-row-keys.ts'
import { useSteadyView } from './use-steady-view.ts'

/** What can be done to a table that is there. */
export interface TableHandle {
  scrollTo(index: number, align: 'start' | 'end'): void
}

interface Props<T> {
  label: string
  columns: readonly Column<T>[]
  rows: readonly T[]
  keyOf: (row: T) => string
  /** Called when the end comes into sight: there may be more to read. */
  onEnd?: (() => void) | undefined
  /** Called with the first and the last row that are drawn. */
  onSight?: ((first: number, last: number) => void) | undefined
  handle?: RefObject<TableHandle | null>
  /** Below the last row. */
  foot?: ReactNode
  isMarked?: ((row: T) => boolean) | undefined
}

const ROW_HEIGHT = 36
/** Rows drawn beyond those in sight, so that the wheel meets no empty space. */
const OVERSCAN = 8

/**
 * Rows of one height, of which only those in sight are there: no table element could hold them, so roles say what they are. A row's link covers it: it opens by click, in a new tab,
 * and by `Enter`.
 */
export function DataTable<T>({ label, columns, rows, keyOf, onEnd, onSight, handle, foot, isMarked }: Props<T>) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    getItemKey: useCallback((index: number) => keyOf(rows[index] as T), [rows, keyOf]),
  })
  useRowKeys(scroller, rows.length, (index) => virtual.scrollToIndex(index))
  useSteadyView(scroller, rows, keyOf, ROW_HEIGHT)
  useImperativeHandle(handle, () => ({ scrollTo: (index, align) => virtual.scrollToIndex(index, { align }) }), [
    virtual,
  ])
  const items = virtual.getVirtualItems()
  const first = items[0]?.index ?? 0
  const last = items.at(-1)?.index ?? 0
  useEffect(() => {
    if (last >= rows.length - 20) onEnd?.()
  }, [last, rows.length, onEnd])
  useEffect(() => onSight?.(first, last), [first, last, onSight])

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
            return <TableRow key={key} {...{ row, index, start, columns }} isMarked={isMarked?.(row) ?? false} />
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
