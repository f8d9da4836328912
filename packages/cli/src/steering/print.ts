import { jsonText, yamlText } from '../terminal/data-text.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { linesOf, paint, type Text, visible } from '../terminal/text.ts'

export const FORMATS = ['table', 'json', 'yaml', 'jsonl', 'name'] as const
export type Format = (typeof FORMATS)[number]

/** How things of one kind are shown. */
export interface Shape<T> {
  name: (item: T) => string
  /** Column heads, each with what stands below it. */
  columns: Record<string, (item: T) => string | number | null>
}

/** Prints a list as data on stdout: `[]` or nothing where it is empty, and then a word on stderr for people. */
export async function printList<T>(
  terminal: Terminal,
  format: Format,
  items: readonly T[],
  shape: Shape<T>,
): Promise<void> {
  switch (format) {
    case 'json':
      return outLines(terminal, jsonText(items, 2))
    case 'yaml':
      return outLines(terminal, await yamlText(items))
    case 'jsonl':
      for (const item of items) terminal.out(jsonText(item))
      return
    case 'name':
      for (const item of items) terminal.out(shape.name(item))
      return
    case 'table':
      if (items.length === 0) return terminal.note('None.')
      for (const line of table(items, shape)) terminal.out(line)
  }
}

/** Prints one thing; as a table, its columns line by line. */
export async function printOne<T>(terminal: Terminal, format: Format, item: T, shape: Shape<T>): Promise<void> {
  if (format === 'json') return outLines(terminal, jsonText(item, 2))
  if (format === 'yaml') return outLines(terminal, await yamlText(item))
  if (format !== 'table') return printList(terminal, format, [item], shape)
  const width = Math.max(...Object.keys(shape.columns).map((head) => head.length))
  for (const [head, cell] of Object.entries(shape.columns)) {
    terminal.out([paint.dim(head.padEnd(width)), '  ', cellText(cell(item)).trimEnd()])
  }
}

/** Data of several lines. */
export function outLines(terminal: Terminal, text: string): void {
  for (const line of linesOf(text)) terminal.out(line)
}

function table<T>(items: readonly T[], { columns }: Shape<T>): Text[] {
  const heads = Object.keys(columns)
  const rows = items.map((item) => Object.values(columns).map((cell) => cellText(cell(item))))
  const widths = heads.map((head, index) =>
    rows.reduce((most, row) => Math.max(most, row[index]?.length ?? 0), head.length),
  )
  const line = (cells: string[]) =>
    cells
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd()
  return [paint.dim(line(heads)), ...rows.map(line)]
}

/** Made visible here, so that columns are as wide as what is shown. */
function cellText(value: string | number | null): string {
  return value === null ? '-' : visible(String(value))
}
