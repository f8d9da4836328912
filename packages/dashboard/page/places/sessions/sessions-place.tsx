import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { sessionList } from '../../data/sessions.ts'
import { DataTable } from '../../design-system/data-table.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { FilterBar } from './filter-bar.tsx'
import { NoSessions } from './no-sessions.tsx'
import { SESSION_COLUMNS } from './session-columns.tsx'
import { filterOf } from './session-filter.ts'

export function SessionsPlace() {
  const { client } = useOpsCore()
  const address = useAddress()
  const filter = filterOf(address)
  const list = useInfiniteQuery(sessionList(client, filter))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  return (
    <Place title="Sessions">
      <FilterBar />
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && rows.length === 0 ? (
        <NoSessions isFiltered={Object.keys(filter).length > 0} />
      ) : (
        <DataTable
          label="Sessions, newest first"
          columns={SESSION_COLUMNS}
          rows={rows}
          keyOf={({ sessionId }) => sessionId}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
    </Place>
  )
}
