import type { OpsEvent, SessionView } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useEffect, useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { sessionHistory } from '../../data/sessions.ts'
import { Button } from '../../design-system/button.tsx'
import { type Column, DataTable } from '../../design-system/data-table.tsx'
import { Status } from '../../design-system/status.tsx'
import { spanText } from '../../design-system/time.tsx'
import { eventLook, eventSummary } from '../../domain/event-looks.ts'
import { Payload } from '../../domain/payload.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { useAddress } from '../../shell/use-address.ts'

/** Everything that happened in a session, as it was committed. It is read in pages, as one goes down. */
export function SessionEvents({ session }: { session: SessionView }) {
  const { client } = useOpsCore()
  const { one, set } = useAddress()
  const history = useInfiniteQuery(sessionHistory(client, session.sessionId))
  const [readsAll, setReadsAll] = useState(false)
  const { hasNextPage, isFetching, fetchNextPage } = history
  useEffect(() => {
    if (readsAll && hasNextPage && !isFetching) void fetchNextPage()
  }, [readsAll, hasNextPage, isFetching, fetchNextPage])

  const events = useMemo(() => history.data?.pages.flatMap(({ items }) => items) ?? [], [history.data])
  const columns = useMemo(() => columnsOf(session, (id) => set({ event: id })), [session, set])
  const chosen = events.find(({ id }) => id === one('event'))
  if (history.isError) {
    return <ProblemView error={history.error} since={history.errorUpdatedAt} onRetry={() => void history.refetch()} />
  }
  return (
    <>
      <div className="row in-place">
        <span className="faint number grow">
          {events.length.toLocaleString('en')} {hasNextPage ? 'read so far' : 'in all'}
        </span>
        {hasNextPage ? (
          <Button kind="quiet" icon="down" isPending={readsAll} onPress={() => setReadsAll(true)}>
            Read to the end
          </Button>
        ) : null}
      </div>
      <DataTable
        label="Events, oldest first"
        columns={columns}
        rows={events}
        keyOf={({ id }) => id}
        isMarked={({ id }) => id === chosen?.id}
        onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
      />
      {chosen === undefined ? null : (
        <div className="event-data">
          <Payload name={`${chosen.type} ${chosen.id}`} value={{ ...chosen }} fileName={`event-${chosen.id}.json`} />
          <Button kind="quiet" icon="cross" aria-label="Close the event" onPress={() => set({ event: undefined })} />
        </div>
      )}
    </>
  )
}

function columnsOf({ startTime, tasks }: SessionView, choose: (id: string) => void): readonly Column<OpsEvent>[] {
  const start = Date.parse(startTime)
  const names = new Map(tasks.map(({ taskId, name }) => [taskId, name]))
  return [
    {
      id: 'time',
      name: 'After',
      width: '5.5rem',
      narrow: '4.5rem',
      cell: ({ time }) => (
        <span className="number faint" title={time}>
          {spanText(Date.parse(time) - start)}
        </span>
      ),
    },
    {
      id: 'type',
      name: 'Event',
      width: '12rem',
      narrow: 'minmax(0, 1fr)',
      cell: ({ id, type }) => (
        <button type="button" className="row-link clip" onClick={() => choose(id)}>
          <Status look={eventLook(type)} />
        </button>
      ),
    },
    {
      id: 'task',
      name: 'Task',
      width: 'minmax(6rem, 0.6fr)',
      narrow: 'minmax(0, 0.7fr)',
      cell: ({ taskId, taskDefinitionId }) => (
        <span className="clip foreign">{names.get(taskId ?? '') ?? taskDefinitionId}</span>
      ),
    },
    {
      id: 'about',
      name: 'About',
      width: 'minmax(8rem, 1.4fr)',
      cell: (event) => <span className="clip foreign soft">{eventSummary(event)}</span>,
    },
    { id: 'id', name: 'Id', width: '6.5rem', align: 'end', cell: ({ id }) => <code className="faint clip">{id}</code> },
  ]
}
