import { parseStored } from '@opscore/contract/exact-json'
import type {
  AgentLive,
  AgentRegistration,
  AgentState,
  CommittedEvent,
  RoutingEntry,
  Weighed,
} from '@opscore/engine/store'
import {
  type AgentFilter,
  compareTexts,
  PAGE_CHARACTERS,
  type PageRequest,
  type StorePage,
  type Versioned,
} from '@opscore/engine/store'
import type { Link } from '../link/link.ts'
import { reply } from '../link/reply.ts'
import type { Places } from '../rows/places.ts'
import { eventOf } from '../rows/stored-event.ts'
import { memberPage, type Row, type Source } from './member-page.ts'
import { readCandidate } from './members.ts'

/** Links of an agent's chain followed for one page; where few of them are history the page is short. */
const LINKS_PER_PAGE = 500

const HISTORY = ['agent.state_changed', 'agent.registered', 'agent.updated', 'agent.deregistered']

/** States of a filter that are merged from their indexes; with more, every agent is looked at. */
const MERGED = 8

export function createAgentReads(link: Link, places: Places) {
  const placeOf = (id: string) => places.of({ kind: 'agent', id })

  function read(registration: unknown, live: unknown): AgentState {
    const parsed: { registration: AgentRegistration; live: AgentLive } = {
      registration: JSON.parse(reply.text(registration)),
      live: parseStored(reply.text(live)),
    }
    return parsed
  }

  async function load(agentId: string): Promise<Versioned<AgentState> | null> {
    const found = await link.send('HMGET', placeOf(agentId).keys.agent(agentId), 'v', 'r', 'l')
    const [version, registration, live] = reply.list(found)
    return version === null ? null : { version: reply.number(version), state: read(registration, live) }
  }

  /** Where the agents that a filter may let through are listed by id. */
  function sourcesOf({ state, capability }: AgentFilter): Source[] {
    if (capability) {
      return [...new Set(capability)].flatMap((one) => places.sources((keys) => keys.agentsWith(one)))
    }
    const states = [...new Set(state)]
    if (state && states.length <= MERGED) {
      return states.flatMap((one) => places.sources((keys) => keys.agentsInState(one)))
    }
    return places.sources((keys) => keys.agents)
  }

  function list(filter: AgentFilter, page: PageRequest): Promise<StorePage<AgentState>> {
    const states = filter.state && new Set<unknown>(filter.state)
    const stateOf = ({ member, partition }: Row) => link.send('HGET', places.at(partition).agent(member), 's')
    const load = async ({ member, partition }: Row): Promise<Weighed<AgentState> | null> => {
      const found = await link.send('HMGET', places.at(partition).agent(member), 'r', 'l', 's', 'g')
      const [registration, live, state, gone] = reply.list(found)
      if (registration === null || gone !== '' || (states && !states.has(state))) return null
      return { item: read(registration, live), characters: reply.text(registration).length + reply.text(live).length }
    }
    const wanted = states && { wanted: async (row: Row) => states.has(await stateOf(row)) }
    return memberPage(link, sourcesOf(filter), page, { load, ...wanted })
  }

  async function candidates(capability: string, limit: number): Promise<RoutingEntry[]> {
    const found = await Promise.all(
      places
        .sources((keys) => keys.candidates(capability))
        .map(async ({ key, partition }) => {
          const members = reply.texts(await link.send('ZRANGE', key, 0, limit - 1))
          return members.map((member): Row => ({ member, partition }))
        }),
    )
    const first = found
      .flat()
      .sort((a, b) => compareTexts(a.member, b.member))
      .slice(0, limit)
    const entries = first.map(async ({ member, partition }): Promise<RoutingEntry[]> => {
      const entry = readCandidate(member)
      const [text] = reply.list(await link.send('HMGET', places.at(partition).agent(entry.agentId), 'c'))
      return typeof text === 'string' ? [{ ...entry, capabilities: JSON.parse(text) }] : []
    })
    return (await Promise.all(entries)).flat()
  }

  async function history(agentId: string, { limit, after = '' }: PageRequest): Promise<StorePage<CommittedEvent>> {
    const { keys, partition } = placeOf(agentId)
    const args = [agentId, after, String(limit), String(LINKS_PER_PAGE), String(PAGE_CHARACTERS), ...HISTORY]
    const [next = '', ...cells] = reply.texts(await link.run('history', [keys.log, keys.agent(agentId)], args))
    const items: CommittedEvent[] = []
    for (let at = 0; at + 1 < cells.length; at += 2) {
      const place = { partition, position: Number(cells[at]) }
      items.push(eventOf(cells[at + 1] ?? '', { kind: 'agent', id: agentId }, place))
    }
    return { items, next: next === '' ? null : next }
  }

  async function count(): Promise<number> {
    const counts = places.sources((keys) => keys.agents).map(({ key }) => link.send('ZCARD', key))
    return (await Promise.all(counts)).reduce<number>((sum, each) => sum + reply.number(each), 0)
  }

  return { load, list, candidates, history, count }
}
