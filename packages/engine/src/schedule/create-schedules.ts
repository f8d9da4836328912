/**
 * Schedules: workflows that begin by the clock.
 *
 * 1. A time of a schedule has one session at most, with any number of processes, and after a crash at any point: what is to
 *    begin is decided by a write that one process wins, and begun under a key that counts once.
 * 2. Waiting costs one timer of the process. Over a shared store a process reads word of changes at intervals, never the
 *    schedules themselves, but for a look at all of them now and then that heals what was lost.
 */
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import type { Definitions } from '../definitions.ts'
import type { EngineCommands, ScheduleCommands } from '../engine.ts'
import type { EngineParts } from '../engine-parts.ts'
import { createFire } from './fire.ts'
import { createLook } from './look.ts'
import { createLookQueue } from './look-queue.ts'
import { createScheduleCommands } from './schedule-commands.ts'
import { createScheduleRecords } from './schedule-records.ts'

/** How often word of other processes is read, and how far back, as their clocks differ; in milliseconds. */
const HEAR = 2_000
const HEAR_BACK = 30_000
/** How often all are looked at. */
const LOOK_AT_ALL = 10 * 60_000

const ENDS = new Set(['session.completed', 'session.failed', 'session.cancelled'])

export interface Schedules {
  commands: ScheduleCommands
  start(): void
  close(): Promise<void>
}

export function createSchedules(
  parts: EngineParts & { sessions: Sessions; definitions: Definitions; trigger: EngineCommands['trigger'] },
): Schedules {
  const { store, clock, log, role = 'all' } = parts
  const isWorker = role !== 'api'
  const records = createScheduleRecords(parts)
  const fire = createFire({ ...parts, now: clock.now })
  const awaited = new Map<string, string>()
  const ends = {
    await: (sessionId: string, scheduleId: string) => void awaited.set(sessionId, scheduleId),
    forget: (sessionId: string) => void awaited.delete(sessionId),
  }
  const look = createLook({ store, records, fire, clock, ends })
  const queue = createLookQueue(clock, async (scheduleId) => {
    try {
      return await look(scheduleId)
    } catch (error) {
      log.warn({ scheduleId, error: String(error) }, 'A schedule could not be looked at; it is tried again')
      throw error
    }
  })
  const timers = new Map<string, () => void>()
  const heard = new Map<string, number>()
  let closed = false
  let working: Promise<unknown> = Promise.resolve()

  const wake = (scheduleId: string) => {
    if (isWorker) queue.lookAt(scheduleId, clock.now())
  }

  async function lookAtAll(): Promise<void> {
    for await (const { scheduleId, state } of records.all()) {
      if (closed) return
      const isPending = state.firing !== null || (state.queued.length > 0 && state.paused === null)
      if (isPending) wake(scheduleId)
      else if (state.paused === null && state.lookAt !== null) queue.lookAt(scheduleId, state.lookAt)
    }
  }

  async function hear(): Promise<void> {
    const since = clock.now() - HEAR_BACK
    for (const [id, at] of heard) if (at < since - HEAR_BACK) heard.delete(id)
    for (const { id, scheduleId } of await records.changes(since)) {
      if (!heard.has(id)) wake(scheduleId)
      heard.set(id, clock.now())
    }
  }

  /** Does it at once, and again and again. */
  function repeat(name: string, interval: number, work: () => Promise<void>): void {
    working = work()
      .catch((error) => log.warn({ error: String(error) }, 'Schedules could not be read; it is tried again'))
      .finally(() => {
        if (!closed)
          timers.set(
            name,
            clock.at(clock.now() + interval, () => repeat(name, interval, work)),
          )
      })
  }

  const deafen = isWorker
    ? store.onCommitted((events) => {
        if (awaited.size === 0) return
        for (const { type, sessionId = '' } of events) {
          const scheduleId = ENDS.has(type) ? awaited.get(sessionId) : undefined
          if (scheduleId !== undefined) wake(scheduleId)
        }
      })
    : () => {}

  const commands = createScheduleCommands({
    ...parts,
    records,
    fire,
    async changed(scheduleId) {
      wake(scheduleId)
      await records.announce(scheduleId)
    },
  })

  return {
    commands,
    start() {
      if (!isWorker) return
      repeat('all', LOOK_AT_ALL, lookAtAll)
      if (store.shared) repeat('hear', HEAR, hear)
    },
    async close() {
      closed = true
      deafen()
      for (const callOff of timers.values()) callOff()
      await Promise.all([working, queue.close()])
    },
  }
}
