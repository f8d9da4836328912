import type { ApprovalSummary } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { approvalList } from '../../data/approvals.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock, Since } from '../../design-system/time.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { ApprovalDialog } from './approval-dialog.tsx'
import { approversText } from './approval-look.ts'

/** What people are asked. The one that is looked at is in the address. */
export function ApprovalsPlace() {
  const { client } = useOpsCore()
  const address = useAddress()
  const list = useInfiniteQuery(approvalList(client))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  const shown = address.one('approval')
  const columns = useMemo(() => columnsOf((approvalId) => address.set({ approval: approvalId }, true)), [address.set])
  return (
    <Place title="Approvals">
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && rows.length === 0 ? (
        <EmptyState icon="check" tone="good" title="Nobody is asked anything">
          <p>
            A task of the kind <code>approval</code> asks people, and its session waits for their decision here.
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Open approvals"
          columns={columns}
          rows={rows}
          keyOf={({ approvalId }) => approvalId}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
      {shown === undefined ? null : (
        <ApprovalDialog approvalId={shown} onClose={() => address.set({ approval: undefined })} />
      )}
    </Place>
  )
}

const columnsOf = (open: (approvalId: string) => void): readonly Column<ApprovalSummary>[] => [
  {
    id: 'title',
    name: 'Asked',
    width: 'minmax(12rem, 2fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ title }) => (
      <span className="clip foreign row-name" title={title}>
        {title}
      </span>
    ),
  },
  {
    id: 'workflow',
    name: 'Workflow',
    width: 'minmax(8rem, 1fr)',
    cell: ({ workflowId }) => <span className="clip foreign soft">{workflowId}</span>,
  },
  {
    id: 'who',
    name: 'Who decides',
    width: 'minmax(8rem, 1fr)',
    cell: ({ approvers, escalated }) => (
      <span className="clip foreign soft">
        {approversText(approvers)}
        {escalated ? ', escalated' : ''}
      </span>
    ),
  },
  { id: 'since', name: 'Since', width: '6rem', narrow: '4.5rem', cell: ({ since }) => <Since time={since} /> },
  {
    id: 'until',
    name: 'Until',
    width: '9rem',
    cell: ({ until }) => (until === null ? <span className="faint">no end</span> : <Clock time={until} />),
  },
  {
    id: 'decide',
    name: 'Decide',
    head: <span className="unseen">Decide</span>,
    width: '7rem',
    narrow: '6.5rem',
    align: 'end',
    cell: ({ approvalId, title }) => (
      <Button icon="check" aria-label={`Decide: ${title}`} onPress={() => open(approvalId)}>
        Decide
      </Button>
    ),
  },
]
