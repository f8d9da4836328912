import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

const SANE = /^[A-Za-z0-9._:-]{1,128}$/

/**
 * Gives each request an id: the caller's own `x-request-id` where it is sane, else one that no other process gives.
 * Random per process and counted within it, since a UUID for each would cost more than the routing.
 */
export function createRequestIds(): (request: Pick<IncomingMessage, 'headers'>) => string {
  const prefix = randomBytes(8).toString('hex')
  let count = 0
  return ({ headers }) => {
    const given = headers['x-request-id']
    if (typeof given === 'string' && SANE.test(given)) return given
    count += 1
    return `${prefix}-${count.toString(36)}`
  }
}
