import type { Json } from '@opscore/contract'

/** A text's value, and where its parts stand in the text. */
export type ParsedText =
  | { ok: true; value: Json; offsetsOf: (paths: readonly string[]) => number[] }
  | { ok: false; message: string; offset: number }

/** Nobody can store or send it on as it is. */
export const HALF_A_PAIR = 'This text holds half a surrogate pair'

/** A text cannot be read: the sentence says why, `offset` where. */
export class TextProblem extends Error {
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'TextProblem'
    this.offset = offset
  }
}

/**
 * JSON pointers as a tree, so that a reader can follow them down without ever spelling out the pointers of everything
 * else. `offset` is where its key or value begins, once the reader has come by.
 */
export interface Place {
  offset: number | null
  inner: Map<string, Place>
}

/** A tree of places for these pointers, and what gives their offsets afterwards: of what is not there, its holder's. */
export function createPlaces(paths: readonly string[]): { root: Place; offsets: () => number[] } {
  const root: Place = { offset: 0, inner: new Map() }
  const trails = paths.map((path) => {
    const trail = [root]
    for (const step of path.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~')
      const { inner } = trail.at(-1) ?? root
      const place = inner.get(key) ?? { offset: null, inner: new Map<string, Place>() }
      inner.set(key, place)
      trail.push(place)
    }
    return trail
  })
  return { root, offsets: () => trails.map((trail) => trail.findLast(({ offset }) => offset !== null)?.offset ?? 0) }
}
