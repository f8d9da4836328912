/** A definition as it lies in a file or came over HTTP, or as text that somebody has made. */
export type TextSource = string | Uint8Array

/** The text without the mark of its byte order; `offset` in what could be read says where the first byte is that is none of UTF-8. */
export type DecodedText = { ok: true; text: string } | { ok: false; text: string; message: string; offset: number }

const BYTE_ORDER_MARK = '\ufeff'
const REPLACED = '\ufffd'

/** Reads UTF-8 to the letter: what an editor saved in another encoding would be read as other words, and stored so. */
export function decodeText(source: TextSource): DecodedText {
  if (typeof source === 'string') {
    return { ok: true, text: source.startsWith(BYTE_ORDER_MARK) ? source.slice(1) : source }
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(source) }
  } catch {
    return undecodable(source)
  }
}

function undecodable(bytes: Uint8Array): DecodedText {
  // With its mark, so that characters and bytes keep their places.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
  const encoder = new TextEncoder()
  let at = 0
  for (let taken = 0, offset = text.indexOf(REPLACED); offset >= 0; offset = text.indexOf(REPLACED, taken)) {
    at += encoder.encode(text.slice(taken, offset)).length
    const isWritten = bytes[at] === 0xef && bytes[at + 1] === 0xbf && bytes[at + 2] === 0xbd
    if (!isWritten) {
      const byte = (bytes[at] ?? 0).toString(16).padStart(2, '0')
      const message = `The byte 0x${byte} here is not UTF-8; the text must be saved as UTF-8`
      return { ok: false, text, message, offset }
    }
    at += 3
    taken = offset + 1
  }
  return { ok: false, text, message: 'This is not UTF-8', offset: 0 }
}
