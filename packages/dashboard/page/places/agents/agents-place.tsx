import type { AgentView } from '@opscore/contract'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { fleet } from '../../data/agents.ts'
import { ColumnChoice } from '../../design-system/table/column-choice.tsx'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { AGENT_COLUMNS } from './agent-columns.tsx'
import { agentFilterOf, fitsAgent } from './agent-filter.ts'
import { AgentFilters } from './agent-filters.tsx'
import { AgentGrid } from './agent-grid.tsx'
import { createAgentOrder } from './agent-order.ts'
import { NoAgents } from './no-agents.tsx'

export function AgentsPlace() {
  const { client } = useOpsCore()
  const address = useAddress()
  const agents = useQuery(fleet(client, useQueryClient()))
  const filter = agentFilterOf(address)
  const filterText = JSON.stringify(filter)
  const all = agents.data
  const order = useMemo(createAgentOrder, [])
  const ordered = useMemo(() => order(all ?? new Map()), [order, all])
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter is another object at every look; its text says whether it differs.
  const shown = useMemo(() => ordered.filter((agent) => fitsAgent(agent, filter)), [ordered, filterText])
  const total = all?.size ?? 0
  const hidden = address.many('hide')
  const hiddenText = hidden.join(' ')
  const columns = useMemo(() => AGENT_COLUMNS.filter(({ id }) => !hiddenText.split(' ').includes(id)), [hiddenText])
  const isTable = address.one('as') === 'table'
  return (
    <Place
      title="Agents"
      heading={
        <h1>
          Agents <span className="count number">{total.toLocaleString('en')}</span>
        </h1>
      }
      actions={
        isTable ? <ColumnChoice columns={CHOSEN} hidden={hidden} onChange={(hide) => address.set({ hide })} /> : null
      }
    >
      <AgentFilters agents={all ?? new Map()} shown={shown.length} />
      {agents.isError ? (
        <ProblemView error={agents.error} since={agents.errorUpdatedAt} onRetry={() => void agents.refetch()} />
      ) : agents.isSuccess && shown.length === 0 ? (
        <NoAgents isFiltered={total > 0} />
      ) : isTable ? (
        <DataTable label="Agents" columns={columns} rows={shown} keyOf={idOf} />
      ) : (
        <AgentGrid agents={shown} />
      )}
    </Place>
  )
}

/** A row is opened by its agent's name: that column stays. */
const CHOSEN = AGENT_COLUMNS.filter(({ id }) => id !== 'name')

const idOf = ({ agentId }: AgentView): string => agentId
