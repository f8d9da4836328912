import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { sessionList } from '../../data/sessions.ts'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { SESSION_COLUMNS } from '../sessions/session-columns.tsx'

/** The sessions that were started with it, newest first. */
export function AgentSessions({ agentId }: { agentId: string }) {
  const { client } = useOpsCore()
  const filter = useMemo(() => ({ agentId: [agentId] }), [agentId])
  const list = useInfiniteQuery(sessionList(client, filter))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  if (list.isError) {
    return <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
  }
  if (list.isSuccess && rows.length === 0) {
    return <EmptyState icon="sessions" title="No session was started with this agent" />
  }
  return (
    <DataTable
      label="Sessions started with this agent"
      columns={SESSION_COLUMNS.filter(({ id }) => id !== 'agent')}
      rows={rows}
      keyOf={({ sessionId }) => sessionId}
      onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
    />
  )
}
