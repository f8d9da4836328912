import './schedules.css'
import type { ScheduleEntry, ScheduleView } from '@opscore/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { oneSchedule, scheduleHistory, schedulePreview } from '../../data/schedules.ts'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock, Since } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { ScheduleActions } from './schedule-actions.tsx'
import { OUTCOME_LOOKS, SCHEDULE_LOOKS, timesText } from './schedule-look.ts'

/** One schedule: when it begins next, and what became of every time. */
export function SchedulePlace() {
  const { scheduleId } = useParams({ from: '/schedules/$scheduleId' })
  const { client } = useOpsCore()
  const { data, isError, error, errorUpdatedAt, refetch } = useQuery(oneSchedule(client, scheduleId))
  return (
    <Place title={scheduleId} actions={data === undefined ? undefined : <ScheduleActions schedule={data} />}>
      {isError ? <ProblemView error={error} since={errorUpdatedAt} onRetry={() => void refetch()} /> : null}
      {data === undefined ? null : (
        <>
          <About schedule={data} />
          <History scheduleId={scheduleId} />
        </>
      )}
    </Place>
  )
}

function About({ schedule }: { schedule: ScheduleView }) {
  const { status, pausedReason, workflowId, agentId, overlap, failures, openSessions, queued } = schedule
  return (
    <section className="schedule-about" aria-label="About">
      <p className="soft">
        <Status look={SCHEDULE_LOOKS[status]} isStrong />
        {pausedReason === null ? null : <span className="foreign"> {pausedReason}</span>}. Begins{' '}
        <Link to="/workflows/$workflowId" params={{ workflowId }} className="foreign">
          {workflowId}
        </Link>{' '}
        with <AgentName agentId={agentId} />, <span className="foreign">{timesText(schedule)}</span>.
      </p>
      <p className="faint">
        Overlap: {overlap}. Open: {openSessions.length}. Queued: {queued}. Failed in a row: {failures}.
      </p>
      {status === 'active' ? <NextTimes scheduleId={schedule.scheduleId} /> : null}
    </section>
  )
}

/** On the clock of its zone. */
function NextTimes({ scheduleId }: { scheduleId: string }) {
  const { client } = useOpsCore()
  const { data } = useQuery(schedulePreview(client, scheduleId))
  const times = data?.times.slice(0, 5) ?? []
  if (times.length === 0) return null
  return (
    <ol className="soft" aria-label="The next times, on the clock of its zone">
      <li aria-hidden className="faint">
        Next
      </li>
      {times.map(({ nominalAt, local }) => (
        <li key={nominalAt} className="number">
          {local.slice(0, 16).replace('T', ' ')}
        </li>
      ))}
    </ol>
  )
}

function History({ scheduleId }: { scheduleId: string }) {
  const { client } = useOpsCore()
  const list = useInfiniteQuery(scheduleHistory(client, scheduleId))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  if (list.isError) {
    return <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
  }
  if (list.isSuccess && rows.length === 0) return <p className="faint schedule-about">No time of it has come yet.</p>
  return (
    <DataTable
      label="What became of its times, newest first"
      columns={COLUMNS}
      rows={rows}
      keyOf={({ at, nominalAt }) => `${at} ${nominalAt}`}
      onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
    />
  )
}

const COLUMNS: readonly Column<ScheduleEntry>[] = [
  {
    id: 'outcome',
    name: 'Outcome',
    width: '7rem',
    narrow: '6rem',
    cell: ({ outcome }) => <Status look={OUTCOME_LOOKS[outcome]} />,
  },
  {
    id: 'time',
    name: 'Time',
    width: '9rem',
    narrow: '8rem',
    cell: ({ nominalAt, at }) => <Clock time={nominalAt ?? at} />,
  },
  {
    id: 'session',
    name: 'Session',
    width: 'minmax(9rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ sessionId }) =>
      sessionId === null ? null : (
        <Link to="/sessions/$sessionId" params={{ sessionId }} className="row-link clip foreign">
          {sessionId}
        </Link>
      ),
  },
  {
    id: 'why',
    name: 'Why',
    width: 'minmax(10rem, 2fr)',
    cell: ({ code, detail, count }) => (
      <span className="clip foreign soft" title={detail ?? undefined}>
        {count > 1 ? `${count} times. ` : ''}
        {code === null ? null : <code className="faint">{code}</code>} {detail}
      </span>
    ),
  },
  {
    id: 'ago',
    name: 'Ago',
    width: '6rem',
    align: 'end',
    cell: ({ at }) => (
      <span className="faint">
        <Since time={at} isPast />
      </span>
    ),
  },
]
