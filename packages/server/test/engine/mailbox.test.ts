import { expect, it } from 'vitest'
import { createMemoryStore } from '../../src/adapters/memory/memory-store.ts'
import { createMailbox } from '../../src/engine/mailbox.ts'
import { type AgentCommit, StoreUnavailableError, type Versioned } from '../../src/ports/store.ts'

interface Sum {
  sum: number
}

/** Sums what it is sent, over a store that is read as slowly, and refuses as often, as a test says. */
function summing() {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  let stored: Versioned<Sum> | null = null
  const control = { refuse: false, hold: Promise.resolve() }
  const mailbox = createMailbox<Sum, number, AgentCommit & { sum: number }>({
    store: {
      ...createMemoryStore({ clock: { now: () => 0 }, log }),
      async commit(commit) {
        if (control.refuse) throw new StoreUnavailableError('not now')
        const version = commit.expectedVersion + 1
        stored = { version, state: { sum: Object(commit).sum } }
        return { ok: true, version }
      },
    },
    health: { writable: true },
    async load() {
      const found = stored
      await control.hold
      return found
    },
    decide: (_, state, add) =>
      add === 0 ? null : { state: { sum: (state?.sum ?? 0) + add }, events: [], effects: [] },
    toCommit: ({ id, before, after, effects, done, events }) => ({
      kind: 'agent',
      agentId: id,
      expectedVersion: before?.version ?? 0,
      events,
      wakeAt: null,
      effects,
      done,
      sum: after.sum,
      live: Object({}),
    }),
    committed: () => {},
    capacity: 10,
  })
  return { mailbox, control }
}

it('decides on nothing that was read before the last commit, however late the answer comes', async () => {
  const { mailbox, control } = summing()
  const gate = Promise.withResolvers<void>()
  control.hold = gate.promise
  const slow = mailbox.read('a')
  control.hold = Promise.resolve()
  await mailbox.execute('a', 5)
  control.refuse = true
  await expect(mailbox.execute('a', 1)).rejects.toThrow('not now')
  gate.resolve()
  await slow
  expect(await mailbox.read('a')).toEqual({ sum: 5 })
  expect(await mailbox.execute('a', 0)).toEqual({ sum: 5 })
})
