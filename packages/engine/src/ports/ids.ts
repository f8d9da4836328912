/** Randomness is handed in. */
export interface Ids {
  /** A new UUIDv7. */
  uuid(): string
  /** Uniform in [0, 1). */
  random(): number
}
