/** Reads the live stream over every kill, resuming by `Last-Event-ID`, and keeps the positions that it was given. */
import { setTimeout as pause } from 'node:timers/promises'
import { API_KEY } from './api-client.ts'

export interface EventReader {
  /** In the order of arrival, from the first that came. */
  positions: number[]
  stop(): Promise<void>
}

export function readEvents(base: () => string): EventReader {
  const abort = new AbortController()
  const positions: number[] = []
  let last = ''

  async function read(): Promise<void> {
    const headers = { authorization: `Bearer ${API_KEY}`, ...(last === '' ? {} : { 'last-event-id': last }) }
    const answer = await fetch(`${base()}/v1/opscore/event`, { headers, signal: abort.signal })
    let text = ''
    for await (const chunk of answer.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      text += chunk
      const blocks = text.split('\n\n')
      text = blocks.pop() ?? ''
      for (const block of blocks) take(block)
    }
  }

  function take(block: string): void {
    const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1]
    const [id, data] = [field('id'), field('data')]
    if (id === undefined || data === undefined) return
    last = id
    const event: { id: string } = JSON.parse(data)
    positions.push(Number(event.id.slice(event.id.indexOf('-') + 1)))
  }

  async function readOn(): Promise<void> {
    while (!abort.signal.aborted) {
      await read().catch(() => {})
      await pause(50)
    }
  }

  const reading = readOn()
  return {
    positions,
    async stop() {
      abort.abort()
      await reading
    },
  }
}
