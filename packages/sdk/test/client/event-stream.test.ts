import type { ServerResponse } from 'node:http'
import { expect, test } from 'vitest'
import { OpsCoreClient, type StreamedEvent } from '../../src/index.ts'
import { startHttpDouble } from '../http-double.ts'

function event(id: number, extra: object = {}): string {
  const data = { id: `0-${id}`, type: 'session.started', time: '2026-01-02T03:04:05.678Z', data: {}, ...extra }
  return `id: c${id}\nevent: session.started\ndata: ${JSON.stringify(data)}\n\n`
}

function streaming(response: ServerResponse): ServerResponse {
  return response.writeHead(200, { 'content-type': 'text/event-stream' })
}

async function take(stream: AsyncIterable<StreamedEvent>, count: number): Promise<StreamedEvent[]> {
  const events: StreamedEvent[] = []
  for await (const one of stream) if (events.push(one) === count) break
  return events
}

test('a stream that breaks goes on behind the last event it gave', async () => {
  let connections = 0
  const double = await startHttpDouble((request) => (response) => {
    connections += 1
    const from = Number(request.headers['last-event-id']?.toString().slice(1) ?? 0)
    streaming(response).write(`: hello\n\n${event(from + 1)}${event(from + 2)}`)
    setImmediate(() => response.destroy())
  })
  const client = new OpsCoreClient({ url: double.url, apiKey: 'k' })
  const events = await take(client.events({ filters: { sessionId: 's', type: ['session.started'] } }), 6)
  expect(events.map((one) => one.cursor)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6'])
  expect(connections).toBe(3)
  expect(double.seen[0]?.query.toString()).toBe('sessionId=s&type=session.started')
})

test('a cursor given at the start is resumed from', async () => {
  const double = await startHttpDouble(() => (response) => streaming(response).write(event(8)))
  await take(new OpsCoreClient({ url: double.url }).events({ after: 'c7' }), 1)
  expect(double.seen[0]?.headers['last-event-id']).toBe('c7')
})

test('events that arrive in pieces, in the middle of a character or a line end, are whole', async () => {
  const bytes = Buffer.from(event(1, { data: { text: 'grüße 🙂' } }).replaceAll('\n', '\r\n') + event(2))
  const double = await startHttpDouble(() => (response) => {
    streaming(response)
    response.socket?.setNoDelay(true)
    let at = 0
    const writeOne = () => {
      if (at === bytes.length) return
      response.write(bytes.subarray(at, at + 1))
      at += 1
      setImmediate(writeOne)
    }
    writeOne()
  })
  const [first, second] = await take(new OpsCoreClient({ url: double.url }).events(), 2)
  expect(first).toMatchObject({ cursor: 'c1', data: { text: 'grüße 🙂' } })
  expect(second).toMatchObject({ cursor: 'c2' })
})

test('what was missed is said: the server trimmed, or no cursor was known when the connection broke', async () => {
  let connections = 0
  const double = await startHttpDouble(() => (response) => {
    connections += 1
    if (connections === 1) streaming(response).end()
    else streaming(response).write(`id: c5\nevent: resync\ndata: {}\n\n${event(6)}`)
  })
  const events = await take(new OpsCoreClient({ url: double.url }).events(), 3)
  expect(events.map(({ type, cursor }) => [type, cursor])).toEqual([
    ['resync', undefined],
    ['resync', 'c5'],
    ['session.started', 'c6'],
  ])
})

test('a refusal that cannot mend itself is thrown', async () => {
  const double = await startHttpDouble(() => ({ status: 401, body: { code: 'UNAUTHENTICATED', detail: 'No.' } }))
  const stream = new OpsCoreClient({ url: double.url }).events()
  await expect(stream.next()).rejects.toMatchObject({ code: 'UNAUTHENTICATED' })
})

test('onOpen tells when nothing can be missed any more, and an aborted signal ends the iteration', async () => {
  const double = await startHttpDouble(() => (response) => streaming(response).write(': open\n\n'))
  const abort = new AbortController()
  const stream = new OpsCoreClient({ url: double.url }).events({ signal: abort.signal, onOpen: () => abort.abort() })
  expect(await stream.next()).toEqual({ done: true, value: undefined })
})

test('breaking out of the loop closes the connection', async () => {
  const closed = Promise.withResolvers<void>()
  const double = await startHttpDouble(() => (response) => {
    response.on('close', () => closed.resolve())
    streaming(response).write(event(1))
  })
  await take(new OpsCoreClient({ url: double.url }).events(), 1)
  await closed.promise
})
