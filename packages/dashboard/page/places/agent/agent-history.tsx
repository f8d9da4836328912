import type { AgentStateHistoryEntry } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { agentHistory } from '../../data/agents.ts'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock } from '../../design-system/time.tsx'
import { agentLook } from '../../domain/looks.ts'
import { ProblemView } from '../../domain/problem-view.tsx'
import { StateBand } from './state-band.tsx'

/** What it reported, newest first, and the same as a band over time. */
export function AgentHistory({ agentId }: { agentId: string }) {
  const { client } = useOpsCore()
  const history = useInfiniteQuery(agentHistory(client, agentId))
  const entries = useMemo(() => history.data?.pages.flatMap(({ items }) => items) ?? [], [history.data])
  const { hasNextPage, isFetching, fetchNextPage } = history
  if (history.isError) {
    return <ProblemView error={history.error} since={history.errorUpdatedAt} onRetry={() => void history.refetch()} />
  }
  return (
    <>
      <StateBand entries={entries} />
      <DataTable
        label="Reports, newest first"
        columns={COLUMNS}
        rows={entries}
        keyOf={({ eventId }) => eventId}
        onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
      />
    </>
  )
}

const COLUMNS: readonly Column<AgentStateHistoryEntry>[] = [
  {
    id: 'time',
    name: 'Received',
    width: '8rem',
    narrow: '6rem',
    cell: ({ receivedAt }) => <Clock time={receivedAt} />,
  },
  {
    id: 'state',
    name: 'State',
    width: '9rem',
    narrow: '8rem',
    cell: ({ state }) => <Status look={agentLook(state)} />,
  },
  {
    id: 'details',
    name: 'Details',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ details }) => {
      const text = details === null ? '' : JSON.stringify(details)
      return (
        <code className="clip foreign soft" title={text.slice(0, 2_000)}>
          {text.slice(0, 400)}
        </code>
      )
    },
  },
  {
    id: 'own',
    name: 'By its own clock',
    width: '14rem',
    cell: ({ timestamp }) => <span className="faint clip">{timestamp}</span>,
  },
]
