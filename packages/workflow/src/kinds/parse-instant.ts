/** ISO 8601 with a zone; without one it would be another time on each machine. */
const WITH_ZONE = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)$/i

/** Epoch milliseconds; `null` for what is no instant. */
export function parseInstant(text: string): number | null {
  if (!WITH_ZONE.test(text)) return null
  const at = Date.parse(text.replace(/([+-]\d\d)(\d\d)$/, '$1:$2'))
  return Number.isNaN(at) ? null : at
}
