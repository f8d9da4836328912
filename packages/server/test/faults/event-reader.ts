/** Reads the live stream over every kill, resuming by `Last-Event-ID`, and keeps what it was given. */
import { setTimeout as pause } from 'node:timers/promises'
import { API_KEY } from './api-client.ts'

export interface ReadEvent {
  partition: number
  position: number
  agentId?: string
}

export interface EventReader {
  /** In the order of arrival, from the first that came. */
  events: ReadEvent[]
  /** Resolves once it reads for the first time. */
  connected: Promise<void>
  /** Events that did not follow the one before in their partition, a sentence for each. */
  skips(): string[]
  stop(): Promise<void>
}

export function readEvents(base: () => string): EventReader {
  const abort = new AbortController()
  const events: ReadEvent[] = []
  const first = Promise.withResolvers<void>()
  let last = ''

  async function read(): Promise<void> {
    const headers = { authorization: `Bearer ${API_KEY}`, ...(last === '' ? {} : { 'last-event-id': last }) }
    const answer = await fetch(`${base()}/v1/opscore/event`, { headers, signal: abort.signal })
    let text = ''
    if (answer.ok) first.resolve()
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
    const event: { id: string; agentId?: string } = JSON.parse(data)
    const [partition = 0, position = 0] = event.id.split('-').map(Number)
    events.push({ partition, position, ...(event.agentId === undefined ? {} : { agentId: event.agentId }) })
  }

  async function readOn(): Promise<void> {
    while (!abort.signal.aborted) {
      await read().catch(() => {})
      await pause(50)
    }
  }

  const reading = readOn()
  return {
    events,
    connected: first.promise,
    skips: () =>
      [...Map.groupBy(events, ({ partition }) => partition).values()].flatMap((log) =>
        log.flatMap(({ partition, position }, index) =>
          index > 0 && position !== (log[index - 1]?.position ?? 0) + 1
            ? [`the stream of partition ${partition} went on with ${position}`]
            : [],
        ),
      ),
    async stop() {
      abort.abort()
      await reading
    },
  }
}
