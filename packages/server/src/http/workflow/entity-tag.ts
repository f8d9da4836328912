import { ApiError } from '@opscore/host'

const TAG = /^(?:W\/)?"[\x21\x23-\x7e]*"$/

export function entityTag(hash: string): string {
  return `"${hash}"`
}

/** What a conditional request names: any representation, or these hashes. */
export type Condition = 'any' | string[]

/**
 * Reads `If-Match` or `If-None-Match`; throws `BAD_REQUEST` where it is neither `*` nor a list of quoted tags.
 * `strong` keeps a weak tag from ever matching, as RFC 9110 wants it for `If-Match`.
 */
export function readCondition(header: string | undefined, comparison: 'strong' | 'weak'): Condition | undefined {
  if (header === undefined) return undefined
  if (header.trim() === '*') return 'any'
  return header.split(',').map((part) => {
    const tag = part.trim()
    if (!TAG.test(tag)) throw new ApiError('BAD_REQUEST', 'If-Match and If-None-Match take "tags" in quotes, or *')
    if (!tag.startsWith('W/')) return tag.slice(1, -1)
    return comparison === 'weak' ? tag.slice(3, -1) : tag
  })
}
