/**
 * The order of SQLite's texts: by code point. JavaScript compares UTF-16 units, which puts characters beyond the basic
 * plane before some within it, and pages of one store would be ordered otherwise than those of another.
 */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let i = 0; i < length; i++) {
    const left = a.charCodeAt(i)
    const right = b.charCodeAt(i)
    if (left === right) continue
    const leftPair = left >= 0xd800 && left <= 0xdfff
    const rightPair = right >= 0xd800 && right <= 0xdfff
    return leftPair === rightPair ? left - right : leftPair ? 1 : -1
  }
  return a.length - b.length
}
