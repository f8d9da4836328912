/** Time is handed in. Everything is epoch milliseconds. */
export interface Clock {
  now(): number
  /** Calls `run` at `at` or soon after; returns what calls it off. A time in the past runs in the next turn. */
  at(at: number, run: () => void): () => void
}
