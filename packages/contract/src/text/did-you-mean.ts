/** `; did you mean "x"?`, or nothing where no candidate is within two edits. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  let best: string | null = null
  let distance = Math.min(2, Math.floor(name.length / 3)) + 1
  const sought = name.toLowerCase()
  for (const candidate of candidates) {
    const edits = editsBetween(sought, candidate.toLowerCase(), distance - 1)
    if (edits >= distance) continue
    best = candidate
    distance = edits
  }
  return best === null ? '' : `; did you mean "${best}"?`
}

/** Levenshtein's distance where it is at most `limit`, else more than `limit`. Linear in the lengths for a small limit. */
function editsBetween(a: string, b: string, limit: number): number {
  if (limit < 0 || Math.abs(a.length - b.length) > limit) return limit + 1
  let same = 0
  while (same < a.length && a[same] === b[same]) same += 1
  const [left, right] = [a.slice(same), b.slice(same)]
  if (left === '' || right === '') return left.length + right.length
  if (limit === 0) return 1
  const replaced = editsBetween(left.slice(1), right.slice(1), limit - 1)
  const removed = editsBetween(left.slice(1), right, limit - 1)
  const added = editsBetween(left, right.slice(1), limit - 1)
  return 1 + Math.min(replaced, removed, added)
}
