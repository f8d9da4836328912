/** Many open pages at one Ops-Core: what their streams cost, and what one that reads nothing costs the others. */
import { get, type IncomingMessage } from 'node:http'
import { setTimeout as wait } from 'node:timers/promises'
import type { BenchServer } from './bench-server.ts'

/** Reports a second, for so many seconds. */
const RATE = 200
const SECONDS = 10

/** Opens streams, of which those from `slowFrom` on are never read, and reports. Returns what it took. */
export async function measureOpenPages(server: BenchServer, readers: number, slow: number) {
  const before = server.used()
  const lates: number[] = []
  const open: IncomingMessage[] = []
  for (let index = 0; index < readers + slow; index += 1) {
    const stream = await openStream(server)
    open.push(stream)
    if (index >= readers) stream.pause()
    else stream.setEncoding('utf8').on('data', (text: string) => noteLateness(text, lates))
  }
  const streams = await server.metric('opscore_event_streams')
  const opened = server.used()
  const startedAt = performance.now()
  for (let second = 0; second < SECONDS; second += 1) {
    for (let part = 0; part < 10; part += 1) {
      await Promise.all(Array.from({ length: RATE / 10 }, (_, index) => report(server, `agent-${index}`, part)))
      await wait(Math.max(0, startedAt + second * 1_000 + part * 100 + 100 - performance.now()))
    }
  }
  await wait(500)
  const after = server.used()
  for (const stream of open) stream.destroy()
  lates.sort((a, b) => a - b)
  return {
    streams,
    memory: (opened.memory - before.memory) / 1e6,
    memoryAfter: (after.memory - before.memory) / 1e6,
    cpu: (after.cpu - opened.cpu) / (performance.now() - startedAt),
    events: lates.length,
    median: lates[Math.floor(lates.length / 2)] ?? Number.NaN,
    p99: lates[Math.floor(lates.length * 0.99)] ?? Number.NaN,
  }
}

function openStream({ url, apiKey }: BenchServer): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const options = { agent: false, headers: { authorization: `Bearer ${apiKey}` } }
    get(`${url}/v1/opscore/event`, options, resolve).once('error', reject)
  })
}

async function report({ client }: BenchServer, agentId: string, turn: number): Promise<void> {
  const state = turn % 2 === 0 ? 'active' : 'idle'
  const details = { sentAt: Date.now(), text: 'x'.repeat(300) }
  await client.reportState({ agentId, timestamp: new Date().toISOString(), state, details })
}

function noteLateness(text: string, lates: number[]): void {
  const now = Date.now()
  for (const [, sentAt] of text.matchAll(/"sentAt":(\d+)/g)) lates.push(now - Number(sentAt))
}
