import './sessions.css'
import type { SessionSummary } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { sessionList } from '../../data/sessions.ts'
import { ColumnChoice } from '../../design-system/table/column-choice.tsx'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { BulkBar } from './bulk-bar.tsx'
import { FilterBar } from './filter-bar.tsx'
import { markColumn } from './mark-column.tsx'
import { NoSessions } from './no-sessions.tsx'
import { SavedViews } from './saved-views.tsx'
import { SESSION_COLUMNS } from './session-columns.tsx'
import { filterOf } from './session-filter.ts'

export function SessionsPlace() {
  const { client } = useOpsCore()
  const address = useAddress()
  const filter = filterOf(address)
  const list = useInfiniteQuery(sessionList(client, filter))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  const [marked, setMarked] = useState<ReadonlySet<string>>(new Set())
  const hidden = address.many('hide')
  const hiddenText = hidden.join(' ')
  const columns = useMemo(
    () => [
      markColumn(marked, (id, isMarked) => setMarked(changed(id, isMarked))),
      ...SESSION_COLUMNS.filter(({ id }) => !hiddenText.split(' ').includes(id)),
    ],
    [marked, hiddenText],
  )
  const isFiltered = Object.keys(filter).length > 0
  return (
    <Place
      title="Sessions"
      actions={
        <>
          <SavedViews />
          <ColumnChoice columns={CHOSEN} hidden={hidden} onChange={(hide) => address.set({ hide })} />
        </>
      }
    >
      <FilterBar />
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && rows.length === 0 ? (
        <NoSessions isFiltered={isFiltered} />
      ) : (
        <DataTable
          label="Sessions, newest first"
          columns={columns}
          rows={rows}
          keyOf={idOf}
          isMarked={({ sessionId }) => marked.has(sessionId)}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
      <BulkBar marked={marked} filter={isFiltered ? filter : undefined} onDone={() => setMarked(new Set())} />
    </Place>
  )
}

/** A row is opened by its workflow: that column stays. */
const CHOSEN = SESSION_COLUMNS.filter(({ id }) => id !== 'workflow')

const idOf = ({ sessionId }: SessionSummary): string => sessionId

const changed = (id: string, isMarked: boolean) => (before: ReadonlySet<string>) => {
  const after = new Set(before)
  if (isMarked) after.add(id)
  else after.delete(id)
  return after
}
