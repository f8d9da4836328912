import type { SessionView } from '@opscore/contract'
import { useEffect, useMemo, useRef } from 'react'
import { Button } from '../../design-system/button.tsx'
import { DataTable, type TableHandle } from '../../design-system/table/data-table.tsx'
import { Payload } from '../../domain/payload.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { GAP, type HistoryRow } from './both-ends.ts'
import { historyColumns } from './history-columns.tsx'
import { useBothEnds } from './use-both-ends.ts'

/** Everything that happened in a session, as it was committed, from both ends: what lies between is read as one comes near. */
export function SessionEvents({ session }: { session: SessionView }) {
  const { one, set } = useAddress()
  const { rows, read, isWhole, isReadingAll, readAll, look, error, failedAt, retry } = useBothEnds(session.sessionId)
  const table = useRef<TableHandle>(null)
  const newestSet = useRef(set)
  useEffect(() => {
    newestSet.current = set
  })
  const columns = useMemo(() => historyColumns(session, (id) => newestSet.current({ event: id })), [session])
  const chosen = rows.find((row) => row !== GAP && row.id === one('event'))
  if (error !== null) return <ProblemView error={error} since={failedAt} onRetry={retry} />
  return (
    <>
      <div className="row in-place">
        <span className="faint number grow">
          {read.toLocaleString('en')} {isWhole ? 'in all' : 'read so far, from both ends'}
        </span>
        <Button kind="quiet" icon="up" onPress={() => table.current?.scrollTo(0, 'start')}>
          Beginning
        </Button>
        <Button kind="quiet" icon="down" onPress={() => table.current?.scrollTo(rows.length - 1, 'end')}>
          End
        </Button>
        {isWhole ? null : (
          <Button kind="quiet" isPending={isReadingAll} onPress={readAll}>
            Read all of it
          </Button>
        )}
      </div>
      <DataTable
        label="Events, oldest first"
        handle={table}
        columns={columns}
        rows={rows}
        keyOf={keyOf}
        isMarked={(row) => row === chosen && row !== undefined}
        onSight={look}
      />
      {chosen === undefined || chosen === GAP ? null : (
        <div className="event-data">
          <Payload name={`${chosen.type} ${chosen.id}`} value={{ ...chosen }} fileName={`event-${chosen.id}.json`} />
          <Button kind="quiet" icon="cross" aria-label="Close the event" onPress={() => set({ event: undefined })} />
        </div>
      )}
    </>
  )
}

const keyOf = (row: HistoryRow): string => (row === GAP ? GAP : row.id)
