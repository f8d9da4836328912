/**
 * Numbers as texts whose order, byte by byte, is that of the numbers: members of a sorted set that is ordered by text
 * begin with them. Sixteen hexadecimal digits: the bits of the number, turned over so that the negative come first.
 */
export const SORTABLE_LENGTH = 16

const view = new DataView(new ArrayBuffer(8))

export function toSortable(number: number): string {
  // -0 is 0, and must stand where it stands.
  view.setFloat64(0, number === 0 ? 0 : number)
  const [high, low] = [view.getUint32(0), view.getUint32(4)]
  const negative = high >>> 31 === 1
  return negative ? hex(~high) + hex(~low) : hex(high ^ 0x8000_0000) + hex(low)
}

/** Reads the number that a text begins with. */
export function fromSortable(text: string): number {
  const high = Number.parseInt(text.slice(0, 8), 16)
  const low = Number.parseInt(text.slice(8, SORTABLE_LENGTH), 16)
  const negative = high >>> 31 === 0
  view.setUint32(0, negative ? ~high : high ^ 0x8000_0000)
  view.setUint32(4, negative ? ~low : low)
  return view.getFloat64(0)
}

const hex = (word: number): string => (word >>> 0).toString(16).padStart(8, '0')
