import type { Clock } from '../ports/clock.ts'

/** How often it is looked at, in milliseconds: so exact is since when. */
const INTERVAL = 2_000

export interface Health {
  status: 'ok' | 'unwell'
  /** When it became so; epoch milliseconds. */
  since: number
  detail: string | null
}

/** Remembers since when the engine is as it is. `trouble` says what is wrong; `null` for nothing. */
export function watchHealth(clock: Clock, trouble: () => string | null): { read(): Health; close(): void } {
  let detail = trouble()
  let since = clock.now()
  let callOff = clock.at(clock.now() + INTERVAL, look)

  function update(): void {
    const now = trouble()
    if (now === detail) return
    detail = now
    since = clock.now()
  }

  function look(): void {
    update()
    callOff = clock.at(clock.now() + INTERVAL, look)
  }

  return {
    read() {
      update()
      return { status: detail === null ? 'ok' : 'unwell', since, detail }
    },
    close: () => callOff(),
  }
}
