import { stringify } from 'yaml'
import type { Terminal } from '../terminal.ts'

export const FORMATS = ['table', 'json', 'yaml', 'jsonl', 'name'] as const
export type Format = (typeof FORMATS)[number]

/** How things of one kind are shown. */
export interface Shape<T> {
  name: (item: T) => string
  /** Column heads, each with what stands below it. */
  columns: Record<string, (item: T) => string | number | null>
}

/** Prints a list as data on stdout: `[]` or nothing where it is empty, and then a word on stderr for people. */
export function printList<T>(terminal: Terminal, format: Format, items: readonly T[], shape: Shape<T>): void {
  switch (format) {
    case 'json':
      return terminal.out(JSON.stringify(items, null, 2))
    case 'yaml':
      return terminal.out(stringify(items).trimEnd())
    case 'jsonl':
      for (const item of items) terminal.out(JSON.stringify(item))
      return
    case 'name':
      for (const item of items) terminal.out(shape.name(item))
      return
    case 'table':
      if (items.length === 0) return terminal.note('None.')
      for (const line of table(terminal, items, shape)) terminal.out(line)
  }
}

/** Prints one thing; as a table, its columns line by line. */
export function printOne<T>(terminal: Terminal, format: Format, item: T, shape: Shape<T>): void {
  if (format === 'json') return terminal.out(JSON.stringify(item, null, 2))
  if (format === 'yaml') return terminal.out(stringify(item).trimEnd())
  if (format !== 'table') return printList(terminal, format, [item], shape)
  const width = Math.max(...Object.keys(shape.columns).map((head) => head.length))
  for (const [head, cell] of Object.entries(shape.columns)) {
    terminal.out(`${terminal.paint.dim(head.padEnd(width))}  ${cellText(cell(item))}`.trimEnd())
  }
}

function table<T>({ paint }: Terminal, items: readonly T[], { columns }: Shape<T>): string[] {
  const heads = Object.keys(columns)
  const rows = items.map((item) => Object.values(columns).map((cell) => cellText(cell(item))))
  const widths = heads.map((head, index) => Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)))
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  return [paint.dim(line(heads)), ...rows.map(line)]
}

/** What others named must not steer the terminal, nor break the line. */
export function cellText(value: string | number | null): string {
  return value === null ? '-' : String(value).replace(/\p{Cc}/gu, '\u{fffd}')
}
