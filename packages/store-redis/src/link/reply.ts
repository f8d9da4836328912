/** Reads a reply of Redis, or a part of one, as what it must be. */
export const reply = {
  text(value: unknown): string {
    if (typeof value !== 'string') throw new TypeError(`Expected a text of Redis, found ${typeof value}`)
    return value
  },
  textOrNull: (value: unknown): string | null => (value === null || value === undefined ? null : reply.text(value)),
  /** An integer, or a number that was stored as text. */
  number(value: unknown): number {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value
    if (typeof number !== 'number' || Number.isNaN(number)) throw new TypeError(`Expected a number, found ${value}`)
    return number
  },
  list(value: unknown): unknown[] {
    if (!Array.isArray(value)) throw new TypeError(`Expected a list of Redis, found ${typeof value}`)
    return value
  },
  texts: (value: unknown): string[] => reply.list(value).map(reply.text),
  /** Names and values that follow each other, as a hash or an entry of a stream has them. */
  fields(value: unknown): Map<string, string> {
    const cells = reply.texts(value)
    const fields = new Map<string, string>()
    for (let at = 0; at + 1 < cells.length; at += 2) fields.set(cells[at] ?? '', cells[at + 1] ?? '')
    return fields
  },
}
