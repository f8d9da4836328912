/** This Redis cannot be used as the store. The message says why, and what to do, in a sentence for people. */
export class RedisUnfitError extends Error {
  override readonly name = 'RedisUnfitError'
}
