import type { Json } from '@opscore/contract'
import { parseStored } from '@opscore/contract/exact-json'
import { expect, it } from 'vitest'
import { commitAll, effect, live, register, report, session, sessionRef, stateChanged, task } from './commits.ts'
import type { Subject } from './subject.ts'

const DIGITS = '{"nanoseconds":1732579912345678901,"list":[-9223372036854775808,1]}'
const kept = (): { [key: string]: Json } => parseStored(DIGITS)

export function exactContract(subject: () => Subject): void {
  const printed = (value: unknown) => JSON.stringify(value)

  it('are kept in what an agent reports', async () => {
    const { store } = subject()
    const data = { state: 'idle', details: kept(), timestamp: '2025-01-01T00:00:00Z' }
    const events = [stateChanged('a', { data })]
    await commitAll(store, register('a'), report('a', 1, { events, live: live({ details: kept() }), reportOnly: true }))
    await commitAll(store, register('b', { live: live({ details: kept() }) }))
    const [{ items: history }, { items: agents }] = [
      await store.agentHistory('a', { limit: 1 }),
      await store.listAgents({}, { limit: 2 }),
    ]
    expect(printed(history[0]?.data)).toContain(DIGITS)
    expect(agents.map(({ live: { details } }) => printed(details))).toEqual([DIGITS, DIGITS])
    expect(printed((await store.loadAgent('a'))?.state.live.details)).toBe(DIGITS)
    expect(printed((await store.events([0], 9)).map(({ data }) => data))).toContain(DIGITS)
  })

  it('are kept in what a session is given and brings forth', async () => {
    const { store } = subject()
    const completed = { type: 'task.completed', time: 1, sessionId: 's', data: { result: kept() } } as const
    const lost = effect(sessionRef('s'), 1)
    const pending = { ...lost, effect: { ...lost.effect, reason: kept() as never } }
    await commitAll(
      store,
      session('s', 0, {
        head: { input: kept(), result: kept() },
        tasks: [task('s', 0, { payload: kept(), result: kept() })],
        events: [completed],
        effects: [pending as typeof lost],
      }),
    )
    const loaded = await store.loadSession('s')
    const { head, tasks } = loaded?.state ?? {}
    for (const value of [head?.input, head?.result, tasks?.[0]?.payload, tasks?.[0]?.result]) {
      expect(printed(value)).toBe(DIGITS)
    }
    expect(printed((await store.listSessions({}, { limit: 1 })).items[0]?.input)).toBe(DIGITS)
    expect(printed((await store.sessionEvents('s', { limit: 1 })).items[0]?.data)).toBe(`{"result":${DIGITS}}`)
    const found = [...(await store.effectsOf(sessionRef('s'))), ...(await store.pendingEffects({ limit: 1 })).items]
    expect(found.map((each) => printed(each.effect))).toEqual(Array(2).fill(printed(pending.effect)))
  })
}
