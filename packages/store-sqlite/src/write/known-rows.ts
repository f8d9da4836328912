/** What the only writer knows of rows, by id, so that their next write need not look them up. A transaction that is undone must `clear` it. */
export class KnownRows<V> extends Map<string, V> {
  readonly #most: number

  /** Beyond `most` all are forgotten, and looked up once again. */
  constructor(most: number) {
    super()
    this.#most = most
  }

  override set(id: string, row: V): this {
    if (this.size >= this.#most) this.clear()
    return super.set(id, row)
  }
}
