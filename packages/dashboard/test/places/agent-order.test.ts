import type { AgentView } from '@opscore/contract'
import { expect, it } from 'vitest'
import { createAgentOrder } from '../../page/places/agents/agent-order.ts'

const agent = (agentId: string, agentName = agentId, state = 'idle'): AgentView => ({
  ...{ agentId, agentName, state, version: '1', capabilities: [], contactEndpoint: '', metadata: null, details: null },
  ...{ registeredAt: '', updatedAt: '', lastSeenAt: '', timestamp: '' },
  ...{ liveness: 'online' as const, room: 1, places: [], hold: null },
})
const mapOf = (...agents: AgentView[]) => new Map(agents.map((each) => [each.agentId, each]))
const names = (agents: readonly AgentView[]) => agents.map(({ agentName }) => agentName)

it('agents stand in order of their names, as people count', () => {
  const order = createAgentOrder()
  expect(names(order(mapOf(agent('w-10'), agent('w-2'), agent('a'))))).toEqual(['a', 'w-2', 'w-10'])
})

it('those that come, go, change and are renamed stand where they belong, as they are', () => {
  const order = createAgentOrder()
  const first = mapOf(agent('a'), agent('b'), agent('d'), agent('e'))
  order(first)
  const changed = order(mapOf(agent('e', 'e', 'active'), agent('c'), agent('b'), agent('a', 'z'), agent('d')))
  expect(names(changed)).toEqual(['b', 'c', 'd', 'e', 'z'])
  expect(changed.map(({ agentId }) => agentId)).toEqual(['b', 'c', 'd', 'e', 'a'])
  expect(changed[3]?.state).toBe('active')
  expect(names(order(mapOf()))).toEqual([])
})

it('many that come at once are sorted with the others', () => {
  const order = createAgentOrder()
  order(mapOf(agent('w-150')))
  const many = Array.from({ length: 400 }, (_, index) => agent(`w-${(index * 7) % 400}`))
  expect(names(order(mapOf(...many)))).toEqual(Array.from({ length: 400 }, (_, index) => `w-${index}`))
})
