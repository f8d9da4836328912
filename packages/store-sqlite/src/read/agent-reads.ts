import type {
  AgentFilter,
  AgentRegistration,
  AgentState,
  CommittedEvent,
  PageRequest,
  RoutingEntry,
  StorePage,
  Versioned,
} from '@opscore/engine/store'
import { createPageDraft } from '@opscore/engine/store'
import { liveOf } from '../rows/agent-live.ts'
import { column } from '../rows/column.ts'
import { eventOf } from '../rows/event-row.ts'
import type { Reader } from './reader.ts'
import { scanPage } from './scan.ts'

/** Links of an agent's chain followed for one page; where few of them are history the page is short. */
const LINKS_PER_PAGE = 1_000

const HISTORY: ReadonlySet<string> = new Set([
  'agent.state_changed',
  'agent.registered',
  'agent.updated',
  'agent.deregistered',
])

export function createAgentReads(reader: Reader) {
  const byId = reader.prepare(
    `SELECT a.version, l.live, r.registration, e.time, e.data
     FROM agent a JOIN agent_live l ON l.agent_no = a.agent_no JOIN agent_registration r ON r.agent_no = a.agent_no
     LEFT JOIN agent_event e ON e.position = a.report_position WHERE a.agent_id = ?`,
  )
  const lastPosition = reader.prepare('SELECT last_position FROM agent WHERE agent_id = ?')
  const link = reader.prepare(
    'SELECT position, previous, time, type, agent_id AS id, about, data FROM agent_event WHERE position = ?',
  )
  const everyone = reader.prepare(
    'SELECT agent_id AS id, state FROM agent WHERE deregistered_at IS NULL AND agent_id > ? ORDER BY agent_id',
  )
  const candidates = reader.prepare(
    `SELECT c.agent_id, c.unready, c.load, c.last_used, r.registration ->> '$.capabilities' AS capabilities
     FROM agent_candidate c JOIN agent a ON a.agent_id = c.agent_id JOIN agent_registration r ON r.agent_no = a.agent_no
     WHERE c.capability = ? ORDER BY c.unready, c.load, c.last_used, c.agent_id LIMIT +?`,
  )

  function read(row: Record<string, unknown>): AgentState {
    const registration: AgentRegistration = JSON.parse(column.text(row.registration))
    return { registration, live: liveOf(row) }
  }

  function load(agentId: string): Versioned<AgentState> | null {
    const row = byId.get(agentId)
    return row ? { version: column.number(row.version), state: read(row) } : null
  }

  /** Those with one of the capabilities, merged in order of id and each once. */
  function capable(capabilities: readonly string[]) {
    const arm = `SELECT c.agent_id AS id, a.state FROM agent_capability c JOIN agent a ON a.agent_id = c.agent_id
      WHERE c.capability = ? AND c.agent_id > ?`
    const query = reader.prepare(`${capabilities.map(() => arm).join(' UNION ')} ORDER BY id`)
    return (after: string) => query.each(...capabilities.flatMap((capability) => [capability, after]))
  }

  function list({ state, capability }: AgentFilter, page: PageRequest): Promise<StorePage<AgentState>> {
    const wanted = state && new Set<unknown>(state)
    const open = capability ? capable([...new Set(capability)]) : (after: string) => everyone.each(after)
    return scanPage(page, {
      open: (after = '') => open(after),
      keyOf: (row) => column.text(row.id),
      matches: (row) => !wanted || wanted.has(row.state),
      load: (row) => {
        const found = byId.get(column.text(row.id))
        return found ? { item: read(found), characters: weightOf(found) } : null
      },
    })
  }

  /** Follows the agent's chain back from its newest row, or from the one that a page ended with. */
  function history(agentId: string, { limit, after }: PageRequest): StorePage<CommittedEvent> {
    const start = after === undefined ? lastPosition.get(agentId)?.last_position : link.get(Number(after))?.previous
    const page = createPageDraft<CommittedEvent>(limit)
    let position = start ?? 0
    let last: string | undefined
    for (let links = 0; links < LINKS_PER_PAGE; links++) {
      const row = position === 0 ? undefined : link.get(position)
      if (row?.id !== agentId) return page.end()
      const place = String(column.number(row.position))
      if (HISTORY.has(column.text(row.type))) {
        if (page.full) return page.cut(last)
        page.add({ item: eventOf(row, 'agent'), characters: column.text(row.data).length }, place)
      }
      last = place
      position = column.number(row.previous)
    }
    return page.cut(last)
  }

  return {
    load,
    list,
    history,
    candidates: (capability: string, limit: number): RoutingEntry[] =>
      candidates.all(capability, limit).map((row) => ({
        agentId: column.text(row.agent_id),
        capabilities: JSON.parse(column.text(row.capabilities)),
        ready: row.unready === 0,
        load: column.number(row.load),
        lastUsedAt: column.number(row.last_used),
      })),
  }
}

function weightOf({ registration, live, data }: Record<string, unknown>): number {
  return column.text(registration).length + column.text(live).length + (column.textOrNull(data)?.length ?? 0)
}
