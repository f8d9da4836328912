import { Socket } from 'node:net'

interface Piece {
  chunk: unknown
  encoding: BufferEncoding
}

/**
 * Has a connection write an answer that is one text as one text. Node hands it over with an empty end behind it, and writes
 * a list of two for it, which costs the busiest routes 5 % more. Anything else is written as ever.
 */
export function writeAnswersWhole(socket: Socket): void {
  socket._writev = writePieces
}

function writePieces(this: Socket, pieces: Piece[], done: (error?: Error | null) => void): void {
  const full = pieces.filter(({ chunk }) => chunk !== '')
  const [only] = full
  if (full.length === 1 && typeof only?.chunk === 'string') this._write(only.chunk, only.encoding, done)
  else Socket.prototype._writev?.call(this, pieces, done)
}
