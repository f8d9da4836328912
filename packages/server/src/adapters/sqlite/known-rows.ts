/** Rows that need not be looked up for their next write. Beyond so many all are forgotten, and looked up once again. */
const KNOWN = 10_000

/** What the only writer knows of rows, by id. A transaction that is undone must `clear` it. */
export class KnownRows<V> extends Map<string, V> {
  override set(id: string, row: V): this {
    if (this.size >= KNOWN) this.clear()
    return super.set(id, row)
  }
}
