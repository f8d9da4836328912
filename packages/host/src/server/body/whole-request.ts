import { IncomingMessage } from 'node:http'

const NOTHING = Buffer.alloc(0)

/**
 * A request whose body can be had whole, past the stream that Node makes of every request. To begin to flow, to end and to
 * be destroyed costs that stream four turns of the tick queue: a seventh of what the busiest route takes, for a body that
 * comes in one piece. Where nobody asks for the whole, the stream is as ever.
 */
export class WholeRequest extends IncomingMessage {
  /** The body as a rule comes in one piece. */
  #first: Buffer | undefined
  #more: Buffer[] | undefined
  #then: ((body: Buffer) => void) | undefined

  /**
   * Calls `then` with the body once it is whole, in the turn in which its end arrives. Where the client goes away before,
   * nothing follows. To be asked for while the request is announced, of a body that is as short as it may be; nothing of it comes by
   * the stream after that.
   */
  readWhole(then: (body: Buffer) => void): void {
    this.#then = then
    // Else Node takes it for a request that nobody reads.
    this._read(0)
  }

  override push(chunk: unknown, encoding?: BufferEncoding): boolean {
    if (this.#then === undefined) return super.push(chunk, encoding)
    if (!Buffer.isBuffer(chunk)) this.#then(this.#whole())
    else if (this.#first === undefined) this.#first = chunk
    else {
      this.#more ??= []
      this.#more.push(chunk)
    }
    return true
  }

  #whole(): Buffer {
    const [first, more] = [this.#first ?? NOTHING, this.#more]
    return more === undefined ? first : Buffer.concat([first, ...more])
  }
}
