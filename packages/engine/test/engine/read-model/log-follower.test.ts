import { expect, it, vi } from 'vitest'
import type { CommittedEvent } from '../../../src/core/event.ts'
import { systemClock } from '../../../src/local/system-clock.ts'
import { createMemoryStore } from '../../../src/memory/memory-store.ts'
import type { Store } from '../../../src/ports/store.ts'
import { followLog } from '../../../src/read-model/log-follower.ts'
import { commitAll, register, report } from '../../store-contract/commits.ts'
import { silentLog } from '../silent-log.ts'

/** A store whose announcements pass through `tell`, which may keep some to itself. */
function createTrial(
  tell: (events: readonly CommittedEvent[], on: (events: readonly CommittedEvent[]) => void) => void,
) {
  const memory = createMemoryStore({ clock: systemClock, log: silentLog })
  const store: Store = { ...memory, onCommitted: (listener) => memory.onCommitted((events) => tell(events, listener)) }
  const positions: number[] = []
  const lost = vi.fn()
  const follower = followLog({ store, clock: systemClock, apply: ({ position }) => positions.push(position), lost })
  return { store, positions, lost, follower }
}

it('hands on what lies behind the cursor, and then what comes, once and in order', async () => {
  const { store, positions, lost, follower } = createTrial((events, on) => on(events))
  await commitAll(store, register('a'), report('a', 1), report('a', 2))
  await follower.begin([1])
  expect(positions).toEqual([2, 3])
  await commitAll(store, report('a', 3), report('a', 4))
  expect(positions).toEqual([2, 3, 4, 5])
  follower.end()
  await commitAll(store, report('a', 5))
  expect(positions).toEqual([2, 3, 4, 5])
  expect(lost).not.toHaveBeenCalled()
})

it('reads from the store what was not announced, where it notices the gap', async () => {
  let deaf = false
  const { store, positions, lost, follower } = createTrial((events, on) => deaf || on(events))
  await follower.begin([0])
  await commitAll(store, register('a'))
  deaf = true
  await commitAll(store, report('a', 1), report('a', 2))
  deaf = false
  expect(positions).toEqual([1])
  await commitAll(store, report('a', 3), report('a', 4))
  await vi.waitFor(() => expect(positions).toEqual([1, 2, 3, 4, 5]))
  expect(lost).not.toHaveBeenCalled()
})

it('hands on once what is announced twice', async () => {
  const { store, positions, follower } = createTrial((events, on) => {
    on(events)
    on(events)
  })
  await follower.begin([0])
  await commitAll(store, register('a'), report('a', 1))
  expect(positions).toEqual([1, 2])
})

it('says that events are lost where the log was trimmed before they were read', async () => {
  let deaf = false
  const { store, lost, follower } = createTrial((events, on) => deaf || on(events))
  await follower.begin([0])
  deaf = true
  await commitAll(store, register('a'), report('a', 1))
  await store.trim({ agentEventsBefore: 10, sessionsEndedBefore: 0, now: 0 })
  deaf = false
  await commitAll(store, report('a', 2))
  await vi.waitFor(() => expect(lost).toHaveBeenCalledTimes(1))
})
