import type { ScheduleView } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { scheduleList } from '../../data/schedules.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock } from '../../design-system/time.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { ScheduleDialog } from './schedule-dialog.tsx'
import { SCHEDULE_LOOKS, timesText } from './schedule-look.ts'

/** What begins by the clock. */
export function SchedulesPlace() {
  const { client } = useOpsCore()
  const [makes, setMakes] = useState(false)
  const list = useInfiniteQuery(scheduleList(client))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  return (
    <Place
      title="Schedules"
      actions={
        <Button kind="main" icon="plus" onPress={() => setMakes(true)}>
          New schedule
        </Button>
      }
    >
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : list.isSuccess && rows.length === 0 ? (
        <EmptyState icon="clock" title="No schedule yet">
          <p>A schedule begins a stored workflow at certain times, or every so often.</p>
        </EmptyState>
      ) : (
        <DataTable
          label="Schedules"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ scheduleId }) => scheduleId}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
      {makes ? <ScheduleDialog onClose={() => setMakes(false)} /> : null}
    </Place>
  )
}

const COLUMNS: readonly Column<ScheduleView>[] = [
  {
    id: 'state',
    name: 'State',
    width: '7rem',
    narrow: '6rem',
    cell: ({ status }) => <Status look={SCHEDULE_LOOKS[status]} />,
  },
  {
    id: 'id',
    name: 'Schedule',
    width: 'minmax(9rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ scheduleId }) => (
      <Link to="/schedules/$scheduleId" params={{ scheduleId }} className="row-link clip foreign">
        {scheduleId}
      </Link>
    ),
  },
  {
    id: 'workflow',
    name: 'Workflow',
    width: 'minmax(8rem, 1fr)',
    cell: ({ workflowId }) => <span className="clip foreign soft">{workflowId}</span>,
  },
  {
    id: 'times',
    name: 'Times',
    width: 'minmax(9rem, 1fr)',
    cell: (schedule) => <span className="clip foreign soft">{timesText(schedule)}</span>,
  },
  {
    id: 'next',
    name: 'Next',
    width: '9rem',
    narrow: '8rem',
    cell: ({ nextAt, pausedReason }) =>
      nextAt === null ? <span className="faint clip foreign">{pausedReason ?? 'none'}</span> : <Clock time={nextAt} />,
  },
  {
    id: 'failures',
    name: 'Failed in a row',
    width: '8rem',
    align: 'end',
    cell: ({ failures }) => <span className={failures > 0 ? 'bad-text number' : 'faint number'}>{failures}</span>,
  },
]
