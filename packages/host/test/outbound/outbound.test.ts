import { once } from 'node:events'
import { createServer as createHttpServer, type RequestListener } from 'node:http'
import { createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { createOutbound, networkPolicy, type Outbound, type OutboundOptions } from '../../src/index.ts'
import { createNameResolver } from '../../src/outbound/name-resolver.ts'
import { startNameServer } from './name-server.ts'

const everywhere = networkPolicy('')

interface Peer {
  url: string
  connections(): number
  [Symbol.asyncDispose](): Promise<void>
}

async function listen(server: Server): Promise<Peer> {
  const sockets = new Set<Socket>()
  let count = 0
  server.on('connection', (socket: Socket) => {
    count += 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  return {
    url: `http://127.0.0.1:${address.port}/run`,
    connections: () => count,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}

const http = (listener: RequestListener) => listen(createHttpServer(listener))
const tcp = (listener: (socket: Socket) => void) => listen(createTcpServer(listener))

function outbound(options: Partial<OutboundOptions> = {}): Outbound {
  return createOutbound({ policy: everywhere, ...options })
}

describe('a request to somebody else', () => {
  it('sends method, path, headers and body, and brings the answer back', async () => {
    await using peer = await http((request, response) => {
      request.setEncoding('utf8').on('data', (body) => {
        response.writeHead(202, { 'x-seen': String(request.headers['x-key']) })
        response.end(`${request.method} ${request.url} ${body}`)
      })
    })
    await using out = outbound()
    const answer = await out.request({
      url: `${peer.url}?a=b`,
      method: 'POST',
      headers: { 'x-key': '1' },
      body: '{"é":1}',
    })
    expect(answer).toMatchObject({ status: 202, truncated: false })
    expect(answer.headers['x-seen']).toBe('1')
    expect(answer.body.toString()).toBe('POST /run?a=b {"é":1}')
  })

  it('uses its connection again', async () => {
    await using peer = await http((_request, response) => response.end('ok'))
    await using out = outbound()
    for (let count = 0; count < 20; count += 1) await out.request({ url: peer.url, method: 'GET' })
    // A connection is free again one turn after its answer, so two take turns.
    expect(peer.connections()).toBeLessThanOrEqual(2)
  })

  it('does not follow a redirect', async () => {
    await using peer = await http((_request, response) =>
      response.writeHead(302, { location: 'http://169.254.169.254/' }).end(),
    )
    await using out = outbound()
    expect((await out.request({ url: peer.url, method: 'GET' })).status).toBe(302)
  })

  it('reads no more of an endless answer than its limit', async () => {
    await using peer = await http((_request, response) => {
      const chunk = Buffer.alloc(10_000, 'x')
      const more = () => {
        while (!response.destroyed && response.write(chunk));
      }
      response.on('drain', more)
      more()
    })
    await using out = outbound({ answerLimit: 65_536 })
    const answer = await out.request({ url: peer.url, method: 'GET' })
    expect(answer).toMatchObject({ status: 200, truncated: true })
    expect(answer.body.length).toBe(65_536)
  })

  it('takes an answer of exactly its limit as whole', async () => {
    await using peer = await http((_request, response) => response.end(Buffer.alloc(100)))
    await using out = outbound({ answerLimit: 100 })
    expect(await out.request({ url: peer.url, method: 'GET' })).toMatchObject({
      truncated: false,
      body: Buffer.alloc(100),
    })
  })

  it('fails as a timeout where nobody answers', async () => {
    await using peer = await tcp(() => {})
    await using out = outbound({ timeout: 50 })
    await expect(out.request({ url: peer.url, method: 'GET' })).rejects.toMatchObject({ kind: 'timeout' })
  })

  it.each([720 * 3_600_000, Number.POSITIVE_INFINITY])('may take longer than a timer holds: %d ms', async (timeout) => {
    await using peer = await http((_request, response) => response.end('there'))
    await using out = outbound({ timeout, connectTimeout: timeout })
    await out.connect(peer.url)
    const { status, body } = await out.request({ url: peer.url, method: 'GET' })
    expect([status, body.toString()]).toEqual([200, 'there'])
  })

  it('fails as a timeout where the answer trickles for ever', async () => {
    await using peer = await http((_request, response) => {
      const trickle = setInterval(() => response.write('x'), 5)
      response.on('close', () => clearInterval(trickle))
    })
    await using out = outbound()
    await expect(out.request({ url: peer.url, method: 'GET', timeout: 60 })).rejects.toMatchObject({ kind: 'timeout' })
  })

  it('fails as unreachable where nobody listens', async () => {
    const peer = await tcp(() => {})
    await peer[Symbol.asyncDispose]()
    await using out = outbound()
    await expect(out.request({ url: peer.url, method: 'GET' })).rejects.toMatchObject({ kind: 'unreachable' })
    await expect(out.connect(peer.url)).rejects.toMatchObject({ kind: 'unreachable' })
  })

  it('fails as unreachable where nobody speaks TLS', async () => {
    await using peer = await tcp((socket) => socket.end('no'))
    await using out = outbound()
    await expect(out.request({ url: peer.url.replace('http', 'https'), method: 'GET' })).rejects.toMatchObject({
      kind: 'unreachable',
    })
  })

  it.each([
    ['resets', (socket: Socket) => socket.once('data', () => socket.resetAndDestroy())],
    ['closes without an answer', (socket: Socket) => socket.once('data', () => socket.end())],
    ['answers what is not HTTP', (socket: Socket) => socket.once('data', () => socket.write('hello\r\n\r\n'))],
    [
      'stops inside the body',
      (socket: Socket) => socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc')),
    ],
    [
      'sends endless headers',
      (socket: Socket) => socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${'a: b\r\n'.repeat(10_000)}`)),
    ],
  ])('fails as broken where the other side %s', async (_name, behave) => {
    await using peer = await tcp(behave)
    await using out = outbound({ timeout: 5000 })
    await expect(out.request({ url: peer.url, method: 'POST', body: 'x' })).rejects.toMatchObject({ kind: 'broken' })
  })

  it('fails as aborted by its signal, before, while it connects and while it waits for the answer', async () => {
    await using peer = await tcp(() => {})
    await using out = outbound()
    await expect(out.request({ url: peer.url, method: 'GET', signal: AbortSignal.abort() })).rejects.toMatchObject({
      kind: 'aborted',
    })

    const connecting = new AbortController()
    const first = out.request({ url: peer.url, method: 'GET', signal: connecting.signal })
    connecting.abort()
    await expect(first).rejects.toMatchObject({ kind: 'aborted' })

    const waiting = new AbortController()
    const before = peer.connections()
    const second = out.request({ url: peer.url, method: 'GET', signal: waiting.signal })
    await vi.waitUntil(() => peer.connections() > before)
    waiting.abort()
    await expect(second).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('fails as aborted, and does not hang, where the outbound is disposed of under it', async () => {
    await using peer = await tcp(() => {})
    const out = outbound()
    const request = out.request({ url: peer.url, method: 'GET' })
    await vi.waitUntil(() => peer.connections() > 0)
    await Promise.all([expect(request).rejects.toMatchObject({ kind: 'aborted' }), out[Symbol.asyncDispose]()])
    await expect(out.request({ url: peer.url, method: 'GET' })).rejects.toMatchObject({ kind: 'aborted' })
  })

  it('fails as refused for headers that would split the request', async () => {
    await using peer = await http((_request, response) => response.end())
    await using out = outbound()
    await expect(out.request({ url: peer.url, method: 'GET', headers: { 'x-a': 'b\r\nc: d' } })).rejects.toMatchObject({
      kind: 'refused',
    })
    expect((await out.request({ url: peer.url, method: 'GET' })).status).toBe(200)
  })
})

describe('the network policy', () => {
  it('refuses addresses outside it before anything is sent', async () => {
    await using peer = await http((_request, response) => response.end())
    await using out = outbound({ policy: networkPolicy('strict') })
    for (const url of [
      peer.url,
      peer.url.replace('127.0.0.1', '2130706433'),
      peer.url.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
    ]) {
      await expect(out.request({ url, method: 'GET' })).rejects.toMatchObject({ kind: 'refused' })
      await expect(out.connect(url)).rejects.toMatchObject({ kind: 'refused' })
    }
    expect(peer.connections()).toBe(0)
  })

  it('refuses a name that resolves to an address outside it', async () => {
    await using server = await startNameServer(() => ['127.0.0.1'])
    await using peer = await http((_request, response) => response.end())
    await using out = outbound({
      policy: networkPolicy('strict'),
      names: createNameResolver({ servers: [server.address] }),
    })
    const url = peer.url.replace('127.0.0.1', 'agent.example')
    await expect(out.request({ url, method: 'GET' })).rejects.toMatchObject({ kind: 'refused' })
    await expect(out.connect(url)).rejects.toMatchObject({ kind: 'refused' })
    await expect(out.request({ url: peer.url.replace('127.0.0.1', 'localhost'), method: 'GET' })).rejects.toMatchObject(
      { kind: 'refused' },
    )
    expect(peer.connections()).toBe(0)
  })

  it('connects to a permitted address of a name that has others too', async () => {
    await using server = await startNameServer(() => ['169.254.169.254', '127.0.0.1'])
    await using peer = await http((request, response) => response.end(request.headers.host))
    await using out = outbound({ names: createNameResolver({ servers: [server.address] }) })
    const url = peer.url.replace('127.0.0.1', 'agent.example')
    expect((await out.request({ url, method: 'GET' })).body.toString()).toBe(new URL(url).host)
    await out.connect(url)
  })

  it('is asked again for each connection, so that a name that is bound anew gets nowhere', async () => {
    let address = '127.0.0.1'
    const names = { resolve: async () => [{ address, family: 4 as const }] }
    await using peer = await http((_request, response) => response.writeHead(200, { connection: 'close' }).end())
    await using out = outbound({ names })
    const url = peer.url.replace('127.0.0.1', 'agent.example')
    expect((await out.request({ url, method: 'GET' })).status).toBe(200)
    address = '169.254.169.254'
    await expect(out.request({ url, method: 'GET' })).rejects.toMatchObject({ kind: 'refused' })
  })
})

describe('many requests', () => {
  it('go to one origin 8 at once, and to one with its own limit as many as that says', async () => {
    const most = new Map<string, number>()
    const counting = (name: string): Promise<Peer> => {
      let active = 0
      return http((_request, response) => {
        active += 1
        most.set(name, Math.max(most.get(name) ?? 0, active))
        setImmediate(() => {
          active -= 1
          response.end()
        })
      })
    }
    await using plain = await counting('plain')
    await using wide = await counting('wide')
    await using out = outbound({ originLimits: { [wide.url]: 20 } })
    const send = (peer: Peer) => Array.from({ length: 60 }, () => out.request({ url: peer.url, method: 'GET' }))
    await Promise.all([...send(plain), ...send(wide)])
    expect(plain.connections()).toBeLessThanOrEqual(8)
    expect(most.get('plain')).toBeLessThanOrEqual(8)
    expect(wide.connections()).toBeGreaterThan(8)
    expect(wide.connections()).toBeLessThanOrEqual(20)
  })

  it('that hang at one origin leave the others alone', async () => {
    await using hung = await tcp(() => {})
    await using well = await http((_request, response) => response.end('ok'))
    await using out = outbound()
    const stuck = Array.from({ length: 100 }, () => out.request({ url: hung.url, method: 'GET' }).catch(() => {}))
    for (let count = 0; count < 20; count += 1)
      expect((await out.request({ url: well.url, method: 'GET' })).status).toBe(200)
    expect(hung.connections()).toBeLessThanOrEqual(8)
    await out[Symbol.asyncDispose]()
    await Promise.all(stuck)
  })

  it('are refused as crowded where too many wait already', async () => {
    await using hung = await tcp(() => {})
    await using out = outbound({ perOrigin: 1, queueLimit: 2 })
    const stuck = [1, 2, 3].map(() => out.request({ url: hung.url, method: 'GET' }).catch(() => {}))
    await expect(out.request({ url: hung.url, method: 'GET' })).rejects.toMatchObject({ kind: 'crowded' })
    await out[Symbol.asyncDispose]()
    await Promise.all(stuck)
  })
})
