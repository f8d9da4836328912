import { connect } from 'node:net'
import type { OpsEvent } from '@opscore/contract'
import type { EventStreams } from '@opscore/engine'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { KEY, startApi } from '../api-under-test.ts'
import { readEvents } from '../event-reader.ts'
import { type StartedOpsCore, startedOpsCore } from '../started-ops-core.ts'

const WAIT = { timeout: 20_000, interval: 10 }

describe.each(['memory', 'sqlite'] as const)('the event stream, over the %s store', (storage) => {
  let opscore: StartedOpsCore
  beforeAll(async () => {
    opscore = await startedOpsCore({ storage, rateLimit: null })
  })
  afterAll(async () => {
    await opscore[Symbol.asyncDispose]()
  })

  const report = (agentId: string, state: string) =>
    opscore.call('POST', `/v1/opscore/agent/${agentId}/state`, {
      json: { agentId, timestamp: '2026-01-02T03:04:05Z', state },
    })

  test('gives what happens from the moment its head is out, in order', async () => {
    await opscore.register('live')
    await using reader = await readEvents(opscore.url, { key: KEY, query: '?agentId=live&type=agent.state_changed' })
    expect([reader.status, reader.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    for (const state of ['one', 'two', 'three']) await report('live', state)
    for (const state of ['one', 'two', 'three']) {
      const { event, data } = await reader.next()
      expect(event).toBe('agent.state_changed')
      expect(JSON.parse(data ?? '')).toMatchObject({ type: event, agentId: 'live', data: { state } })
    }
  })

  test('holds no character that ends a line for some readers', async () => {
    await opscore.register('lines')
    await using reader = await readEvents(opscore.url, { key: KEY, query: '?agentId=lines&type=agent.state_changed' })
    const state = 'a\u0085b\u2028c\u2029d\re\nf'
    await report('lines', state)
    const { data = '' } = await reader.next()
    const ends = [...'\r\v\f\u001c\u001d\u001e\u0085\u2028\u2029']
    expect(ends.filter((end) => data.includes(end))).toEqual([])
    expect(JSON.parse(data)).toMatchObject({ agentId: 'lines', data: { state } })
  })

  test('goes on right behind the event that was seen last', async () => {
    await opscore.register('resumed')
    const query = '?agentId=resumed&type=agent.state_changed'
    await using first = await readEvents(opscore.url, { key: KEY, query })
    for (const state of ['one', 'two', 'three']) await report('resumed', state)
    const { id } = await first.next()
    for (const resume of [{ headers: { 'last-event-id': id ?? '' }, query }, { query: `${query}&cursor=${id}` }]) {
      await using again = await readEvents(opscore.url, { key: KEY, ...resume })
      const states = [await again.next(), await again.next()].map(({ data }) => JSON.parse(data ?? '').data.state)
      expect(states).toEqual(['two', 'three'])
    }
  })

  test('filters by agent and type, each repeatable', async () => {
    for (const agentId of ['f1', 'f2', 'f3']) await opscore.register(agentId)
    const query = '?agentId=f1&agentId=f3&type=agent.state_changed&type=agent.updated'
    await using reader = await readEvents(opscore.url, { key: KEY, query })
    for (const agentId of ['f2', 'f1', 'f2', 'f3']) await report(agentId, 'idle')
    await opscore.register('f1')
    const seen = [await reader.next(), await reader.next(), await reader.next()].map(({ data }) =>
      JSON.parse(data ?? ''),
    )
    expect(seen.map(({ agentId, type }) => [agentId, type])).toEqual([
      ['f1', 'agent.state_changed'],
      ['f3', 'agent.state_changed'],
      ['f1', 'agent.updated'],
    ])
  })

  test('says resync for a cursor of a log that is gone', async () => {
    const beyond = Buffer.from('999999999').toString('base64url')
    await using reader = await readEvents(opscore.url, { key: KEY, headers: { 'last-event-id': beyond } })
    expect(await reader.next()).toEqual({ event: 'resync', data: '{}' })
    await opscore.register('after-resync')
    expect((await reader.next()).event).toBe('agent.registered')
  })

  test('says resync for a cursor of as many partitions as there are not, as after a move to another store', async () => {
    const ofThree = Buffer.from('1.2.3').toString('base64url')
    await using reader = await readEvents(opscore.url, { key: KEY, headers: { 'last-event-id': ofThree } })
    expect(await reader.next()).toEqual({ event: 'resync', data: '{}' })
    await opscore.register('after-a-move')
    expect((await reader.next()).event).toBe('agent.registered')
  })

  test('HEAD answers as GET would, and opens no stream', async () => {
    const answer = await opscore.call('HEAD', '/v1/opscore/event')
    expect([answer.status, answer.headers.get('content-type'), answer.text]).toEqual([
      200,
      'text/event-stream; charset=utf-8',
      '',
    ])
    const { text } = await opscore.call('GET', '/metrics')
    expect(text).toMatch(/^opscore_event_streams \d+$/m)
  })
})

/** Endless events of 64 KiB, and how many batches each reader has asked for. */
function firehose(): { streams: EventStreams; asked: number[] } {
  const asked: number[] = []
  const streams: EventStreams = {
    async *open({ signal }) {
      const reader = asked.push(0) - 1
      yield []
      for (let position = 0; !signal.aborted; position += 1) {
        asked[reader] = position
        yield [{ cursor: `${position}`, event: largeEvent(position) }]
        await new Promise(setImmediate)
      }
    },
  }
  return { streams, asked }
}

const largeEvent = (position: number): OpsEvent => ({
  id: `0-${position}`,
  type: 'agent.state_changed',
  time: '2026-01-02T03:04:05Z',
  data: { filler: 'x'.repeat(64 * 1024) },
})

/** Asks for the stream, and never reads what comes. */
function openFrozenReader(port: number) {
  const socket = connect({ port, host: '127.0.0.1' })
  socket.pause()
  socket.on('error', () => {})
  socket.write(`GET /v1/opscore/event HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\n\r\n`)
  return socket
}

test('a reader that takes nothing in is given no more than the sockets hold, and others go on', async () => {
  const { streams, asked } = firehose()
  await using api = await startApi({ engine: { streams } })
  const frozen = openFrozenReader(api.listening.port)
  try {
    await vi.waitFor(() => expect(asked[0]).toBeGreaterThan(0), WAIT)
    // It stands still once a healthy reader gets hundreds of events further while it gets none.
    let before = -1
    await using healthy = await readEvents(api.url, { key: KEY })
    while (asked[0] !== before) {
      before = asked[0] ?? 0
      for (let count = 0; count < 200; count += 1) await healthy.next()
    }
    expect(before * 64 * 1024).toBeLessThan(32 * 1024 * 1024)
  } finally {
    frozen.destroy()
  }
})

test('draining ends streams cleanly, and does not wait for a reader that is frozen', async () => {
  const { streams, asked } = firehose()
  const quiet: EventStreams = {
    async *open({ signal }) {
      yield []
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
    },
  }
  const open: EventStreams['open'] = (input) => (input.filter.agentId ? quiet : streams).open(input)
  const api = await startApi({ engine: { streams: { open } } })
  await using reader = await readEvents(api.url, { key: KEY, query: '?agentId=quiet' })
  const frozen = openFrozenReader(api.listening.port)
  let before = -1
  while (asked[0] === undefined || asked[0] !== before) {
    before = asked[0] ?? -1
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  const ended = reader.ended()
  await api.listening.drain()
  expect(await ended).toBe('ended')
  frozen.destroy()
})

test('a reader that goes away ends its stream in the engine', async () => {
  let aborted = false
  const streams: EventStreams = {
    async *open({ signal }) {
      yield []
      await new Promise((resolve) => signal.addEventListener('abort', resolve))
      aborted = true
    },
  }
  await using api = await startApi({ engine: { streams } })
  const reader = await readEvents(api.url, { key: KEY })
  await reader[Symbol.asyncDispose]()
  await vi.waitFor(() => expect(aborted).toBe(true), WAIT)
})

test('no more than so many streams are open at once', async () => {
  const { streams } = firehose()
  await using api = await startApi({ engine: { streams }, maxStreams: 2 })
  await using _first = await readEvents(api.url, { key: KEY })
  const second = await readEvents(api.url, { key: KEY })
  const refused = await api.call('GET', '/v1/opscore/event')
  expect([refused.status, refused.json.code]).toEqual([503, 'OVERLOADED'])
  await second[Symbol.asyncDispose]()
  await vi.waitFor(async () => {
    const third = await readEvents(api.url, { key: KEY })
    await third[Symbol.asyncDispose]()
    expect(third.status).toBe(200)
  }, WAIT)
})
