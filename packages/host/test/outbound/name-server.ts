import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'

export interface NameServer {
  /** `address:port`. */
  address: string
  /** Every name that was asked for, in order, once per record type. */
  asked: string[]
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A real DNS server on loopback that answers A questions from `answer`: addresses, none for a name that does not exist, or
 * `undefined` for silence. AAAA questions get no records.
 */
export async function startNameServer(answer: (name: string) => string[] | undefined): Promise<NameServer> {
  const socket = createSocket('udp4')
  const asked: string[] = []
  socket.on('message', (query: Buffer, from: RemoteInfo) => {
    const { name, end } = readName(query, 12)
    const type = query.readUInt16BE(end)
    if (type === 1) asked.push(name)
    const addresses = answer(name)
    if (addresses === undefined) return
    socket.send(
      response(query.subarray(0, end + 4), type === 1 ? addresses : [], addresses.length > 0),
      from.port,
      from.address,
    )
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close()
      await once(socket, 'close')
    },
  }
}

function readName(message: Buffer, start: number): { name: string; end: number } {
  const labels: string[] = []
  let at = start
  for (let length = message.readUInt8(at); length > 0; length = message.readUInt8(at)) {
    labels.push(message.toString('latin1', at + 1, at + 1 + length))
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function response(question: Buffer, addresses: string[], exists: boolean): Buffer {
  const header = Buffer.from(question)
  header.writeUInt16BE(exists ? 0x8180 : 0x8183, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  header.writeUInt32BE(0, 8)
  const records = addresses.map((address) =>
    Buffer.from([0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, ...address.split('.').map(Number)]),
  )
  return Buffer.concat([header, ...records])
}
