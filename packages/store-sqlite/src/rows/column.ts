/** Reads a value of a row (or of a message between the threads) as what it must be. */
export const column = {
  text(value: unknown): string {
    if (typeof value !== 'string') throw new TypeError(`Expected a text, found ${typeof value}`)
    return value
  },
  number(value: unknown): number {
    if (typeof value !== 'number') throw new TypeError(`Expected a number, found ${typeof value}`)
    return value
  },
  textOrNull: (value: unknown): string | null => (value === null ? null : column.text(value)),
  numberOrNull: (value: unknown): number | null => (value === null ? null : column.number(value)),
}
