import { once } from 'node:events'
import { connect } from 'node:net'

/** Writes bytes to a port of this machine and gives back all that comes until the other side closes. */
export async function rawRequest(port: number, ...parts: (string | Buffer)[]): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  let answer = ''
  socket.setEncoding('latin1').on('data', (chunk: string) => {
    answer += chunk
  })
  // A reset after the answer is as good an end as a close.
  socket.on('error', () => {})
  await once(socket, 'connect')
  for (const part of parts) socket.write(part)
  await once(socket, 'close')
  return answer
}
