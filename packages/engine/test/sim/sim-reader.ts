/** Somebody who follows the event stream from its beginning through every life of the engine, resuming by its cursor. */

import type { CommittedEvent } from '../../src/core/event.ts'
import type { Engine } from '../../src/engine.ts'

const BEGINNING = Buffer.from('0').toString('base64url')

export interface SimReader {
  /** Reads until `signal`; the next call goes on after what was read. */
  follow(engine: Engine, signal: AbortSignal): Promise<void>
  /** The stream is the log: gap-free, in order, nothing twice (reliability.md, 12). */
  breaches(events: readonly CommittedEvent[]): string[]
}

export function createSimReader(): SimReader {
  const ids: string[] = []
  let cursor = BEGINNING
  return {
    async follow(engine, signal) {
      for await (const news of engine.streams.open({ after: cursor, filter: {}, signal })) {
        if (signal.aborted) return
        if (news === 'resync') {
          ids.push('resync')
          continue
        }
        for (const { event, cursor: after } of news) {
          if (event.type !== 'task.progressed') ids.push(event.id)
          cursor = after
        }
      }
    },
    breaches(events) {
      const log = events.map(({ partition, position }) => `${partition}-${position}`)
      const index = log.findIndex((id, at) => ids[at] !== id)
      if (index !== -1) return [`12: the stream has ${ids[index] ?? 'nothing'} where the log has ${log[index]}`]
      return ids.length === log.length ? [] : [`12: the stream has ${ids.length - log.length} events too many`]
    },
  }
}
