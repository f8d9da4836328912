import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect, type Socket } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, test } from 'vitest'
import { WholeRequest } from '../../../src/server/body/whole-request.ts'
import { rawRequest } from '../raw-request.ts'

async function listening(listener: (request: WholeRequest, response: ServerResponse) => void) {
  const server = createServer({ IncomingMessage: WholeRequest }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async () => {
    server.close().closeAllConnections()
    await once(server, 'close')
  }
  return { port, server, [Symbol.asyncDispose]: close }
}

const answerWhole = (request: WholeRequest, response: ServerResponse) =>
  request.readWhole((body) => response.end(`<${body}>`))

const head = (length: number, more = '') => `POST / HTTP/1.1\r\nhost: x\r\n${more}content-length: ${length}\r\n\r\n`

async function connected(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1')
  await once(socket, 'connect')
  return socket
}

test('a body is had whole, in however many pieces it came, and one request after the other', async () => {
  await using served = await listening(answerWhole)
  const socket = await connected(served.port)
  let answered = ''
  socket.on('data', (chunk) => {
    answered += chunk
  })
  for (const piece of [head(6), 'ab', 'cd', 'ef', head(0), `${head(1)}x${head(1)}y`]) {
    socket.write(piece)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
  await expect.poll(() => answered.match(/<\w*>/g)).toEqual(['<abcdef>', '<>', '<x>', '<y>'])
  socket.destroy()
})

test('a request without a body is whole at once', async () => {
  await using served = await listening((request, response) => {
    request.readWhole(() => {})
    response.end('early')
  })
  const answer = await rawRequest(
    served.port,
    'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
    'GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n',
  )
  expect(answer.match(/early/g)).toHaveLength(2)
})

test('where nobody asks for the whole, the stream is as ever', async () => {
  await using served = await listening(async (request, response) => response.end(`<${await text(request)}>`))
  expect(await rawRequest(served.port, head(3, 'connection: close\r\n'), 'a', 'bc')).toContain('<abc>')
})

test('a client that goes away in the middle of its body is not heard of again', async () => {
  const heard: string[] = []
  await using served = await listening((request, response) => {
    heard.push('request')
    request.on('close', () => heard.push('close'))
    response.on('close', () => heard.push('response'))
    request.readWhole(() => heard.push('body'))
  })
  const socket = await connected(served.port)
  socket.write(`${head(10)}abc`)
  await expect.poll(() => heard).toEqual(['request'])
  socket.destroy()
  await expect.poll(() => [...heard].sort()).toEqual(['close', 'request', 'response'])
})
