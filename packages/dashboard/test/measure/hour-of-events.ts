/** An hour of events in a minute or so: what the page keeps of them. */
import type { CDPSession, Page } from 'playwright-core'
import type { BenchServer } from './bench-server.ts'

/** 20 a second for an hour. */
const EVENTS = 72_000
const LOOKS = 6

/** Bytes of the page's heap after each part of the hour, garbage taken away. */
export async function heapOverAnHour(page: Page, { client }: BenchServer): Promise<number[]> {
  const session = await page.context().newCDPSession(page)
  const heaps = [await heapOf(session)]
  let turn = 0
  for (let look = 0; look < LOOKS; look += 1) {
    for (let sent = 0; sent < EVENTS / LOOKS; sent += 100) {
      turn += 1
      const state = turn % 2 === 0 ? 'active' : 'idle'
      const reports = Array.from({ length: 100 }, (_, index) =>
        client.reportState({
          agentId: `agent-${index}`,
          timestamp: new Date().toISOString(),
          state,
          details: { turn },
        }),
      )
      await Promise.all(reports)
    }
    await page.waitForTimeout(1_500)
    heaps.push(await heapOf(session))
  }
  await session.detach()
  return heaps
}

async function heapOf(session: CDPSession): Promise<number> {
  await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}
