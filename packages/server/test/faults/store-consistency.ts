import type { Store } from '@opscore/engine'
import { expect } from 'vitest'
import { everyPage } from '../../../engine/test/store-contract/pages.ts'
import { AGENTS, effectOf } from './store-load.ts'

/**
 * Checks that what a victim left is whole: versions, histories, positions, effects and counters agree, as they do after
 * some prefix of its commits. Returns the version of each agent.
 */
export async function expectConsistent(store: Store): Promise<Map<string, number>> {
  const versions = new Map<string, number>()
  for (const agentId of AGENTS) {
    const version = (await store.loadAgent(agentId))?.version ?? 0
    versions.set(agentId, version)
    const history = await everyPage((page) => store.agentHistory(agentId, page), 500)
    expect(history.map((event) => event.time)).toEqual(Array.from({ length: version }, (_, i) => version - i))
  }
  const total = [...versions.values()].reduce((sum, version) => sum + version, 0)
  expect(await store.head()).toEqual([total])
  const positions = (await store.events([0], total + 1)).map((event) => event.position)
  expect(positions).toEqual(Array.from({ length: total }, (_, i) => i + 1))
  const registered = AGENTS.filter((agentId) => versions.get(agentId))
  expect(await store.countAgents()).toBe(registered.length)
  const expected = registered.map((agentId) => effectOf(agentId, versions.get(agentId) ?? 0).id)
  const pending = await everyPage((page) => store.pendingEffects(page), 500)
  expect(pending.map(({ id }) => id).sort()).toEqual(expected.sort())
  return versions
}
