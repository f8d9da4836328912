import type { WorkflowSummary } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { workflowList } from '../../data/workflows.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock } from '../../design-system/time.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { StartDialog } from './start-dialog.tsx'

/** What can be started. */
export function WorkflowsPlace() {
  const { client } = useOpsCore()
  const [starting, setStarting] = useState<string>()
  const list = useInfiniteQuery(workflowList(client))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const columns = useMemo(() => columnsOf(setStarting), [])
  const { hasNextPage, isFetching, fetchNextPage } = list
  return (
    <Place title="Workflows">
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && rows.length === 0 ? (
        <EmptyState icon="workflows" title="No workflow yet">
          <p>A workflow is a definition in YAML or JSON. This stores one:</p>
          <pre className="block">opscore workflow apply workflow.yaml</pre>
        </EmptyState>
      ) : (
        <DataTable
          label="Workflows"
          columns={columns}
          rows={rows}
          keyOf={({ id }) => id}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
      {starting === undefined ? null : <StartDialog workflowId={starting} onClose={() => setStarting(undefined)} />}
    </Place>
  )
}

const columnsOf = (start: (workflowId: string) => void): readonly Column<WorkflowSummary>[] => [
  {
    id: 'id',
    name: 'Workflow',
    width: 'minmax(9rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ id }) => (
      <Link to="/workflows/$workflowId" params={{ workflowId: id }} className="row-link clip foreign">
        {id}
      </Link>
    ),
  },
  {
    id: 'name',
    name: 'Name',
    width: 'minmax(9rem, 1.2fr)',
    cell: ({ name }) => <span className="clip foreign soft">{name}</span>,
  },
  {
    id: 'version',
    name: 'Version',
    width: '6rem',
    cell: ({ version }) => <span className="clip foreign soft">{version}</span>,
  },
  {
    id: 'revision',
    name: 'Revision',
    width: '5rem',
    cell: ({ revision }) => <span className="number">{revision}</span>,
  },
  {
    id: 'tasks',
    name: 'Tasks',
    width: '4rem',
    narrow: '3rem',
    cell: ({ tasks }) => <span className="number">{tasks}</span>,
  },
  { id: 'updated', name: 'Changed', width: '9rem', cell: ({ updatedAt }) => <Clock time={updatedAt} /> },
  {
    id: 'start',
    name: 'Start',
    head: <span className="unseen">Start</span>,
    width: '6rem',
    narrow: '6rem',
    align: 'end',
    cell: ({ id }) => (
      <Button icon="play" aria-label={`Start ${id}`} onPress={() => start(id)}>
        Start
      </Button>
    ),
  },
]
