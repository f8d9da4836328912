import type { Json } from '@opscore/contract'
import type { Tried } from '@opscore/engine/trial'
import type { Asked, Told } from './protocol.ts'

export type Checked = Extract<Told, { type: 'checked' }>

export interface Checker {
  check(text: string): Promise<Checked>
  try(text: string, written: Json): Promise<Tried>
  close(): void
}

/** A worker that is begun anew where it takes longer than this, in milliseconds. */
const PATIENCE = 10_000

type Question = { type: 'check'; text: string } | { type: 'try'; text: string; written: Json }

/** Asks one thing after the other; the worker starts with the first. */
export function createChecker(): Checker {
  let worker: Worker | undefined
  let last = 0
  const waiting = new Map<number, (told: Told | Error) => void>()

  function end(reason: string): void {
    worker?.terminate()
    worker = undefined
    for (const settle of waiting.values()) settle(new Error(reason))
    waiting.clear()
  }

  function start(): Worker {
    const started = new Worker(new URL('./definition-worker.ts', import.meta.url), { type: 'module' })
    started.onmessage = ({ data }: MessageEvent<Told & { id: number }>) => waiting.get(data.id)?.(data)
    started.onerror = ({ message }) => end(message === '' ? 'The checker could not be loaded' : message)
    return started
  }

  function ask(question: Question): Promise<Told> {
    worker ??= start()
    last += 1
    const id = last
    worker.postMessage({ id, ...question } satisfies Asked)
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => end('The checker took too long'), PATIENCE)
      waiting.set(id, (told) => {
        clearTimeout(timer)
        waiting.delete(id)
        if (told instanceof Error) reject(told)
        else resolve(told)
      })
    })
  }

  return {
    async check(text) {
      const told = await ask({ type: 'check', text })
      if (told.type !== 'checked') throw new Error('The checker answered something else')
      return told
    },
    async try(text, written) {
      const told = await ask({ type: 'try', text, written })
      if (told.type !== 'tried') throw new Error('The checker answered something else')
      return told.tried
    },
    close: () => end('The page went on'),
  }
}
