import '../session/session.css'
import type { OpsEvent } from '@opscore/contract'
import { useEffect, useMemo, useRef, useState } from 'react'
import { ToggleButton } from 'react-aria-components'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { FilterField } from '../../design-system/filter-field.tsx'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Payload } from '../../domain/payload.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { useHeard, useLiveState } from '../../stream/use-live.tsx'
import { eventColumns } from './event-columns.tsx'
import { type EventFilter, fitsEvent, GROUPS, type Line, lineKey } from './lines.ts'

/** What is kept to look back at. */
const KEPT = 5_000

/** What happens, as it happens, newest first. */
export function EventsPlace() {
  const address = useAddress()
  const [lines, setLines] = useState<readonly Line[]>([])
  const marks = useRef(0)
  const add = (more: readonly Line[]) => setLines((before) => [...more.toReversed(), ...before].slice(0, KEPT))
  const mark = (text: string) => {
    marks.current += 1
    add([{ mark: text, key: `mark-${marks.current}`, at: new Date().toISOString() }])
  }
  useHeard((heard) =>
    heard.type === 'events'
      ? add(heard.events)
      : mark('Events are missing here: nobody looked, or the history was trimmed'),
  )
  useLinkMarks(mark)

  const filter: EventFilter = {
    groups: address.many('group'),
    text: address.one('about'),
    problems: address.one('problems') === 'only',
  }
  const filterText = JSON.stringify(filter)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filter's text says whether it is another one.
  const shown = useMemo(() => lines.filter((line) => fitsEvent(line, filter)), [lines, filterText])
  const { set } = address
  const columns = useMemo(() => eventColumns((id) => set({ event: id })), [set])
  const chosen = lines.find((line): line is OpsEvent => !('mark' in line) && line.id === address.one('event'))
  return (
    <Place
      title="Events"
      actions={
        <Button icon="cross" onPress={() => setLines([])}>
          Clear
        </Button>
      }
    >
      <Filters filter={filter} />
      {shown.length === 0 ? (
        <EmptyState icon="events" title={lines.length > 0 ? 'No event fits the filters' : 'Listening'}>
          <p>
            {lines.length > 0
              ? `${lines.length} others came.`
              : 'What happens from now on is shown here. What happened before is with its session or agent.'}
          </p>
        </EmptyState>
      ) : (
        <DataTable
          label="Events, newest first"
          columns={columns}
          rows={shown}
          keyOf={lineKey}
          isMarked={(line) => line === chosen}
        />
      )}
      {chosen === undefined ? null : (
        <div className="event-data">
          <Payload name={`${chosen.type} ${chosen.id}`} value={{ ...chosen }} fileName={`event-${chosen.id}.json`} />
          <Button kind="quiet" icon="cross" aria-label="Close the event" onPress={() => set({ event: undefined })} />
        </div>
      )}
    </Place>
  )
}

/** A line where the connection broke, and where it was there again: between them nothing is missing. */
function useLinkMarks(mark: (text: string) => void): void {
  const { link } = useLiveState()
  const before = useRef(link)
  const newest = useRef(mark)
  useEffect(() => {
    newest.current = mark
  })
  useEffect(() => {
    const was = before.current
    before.current = link
    if (was.state === 'live' && link.state === 'connecting') newest.current('The connection broke')
    if (was.state === 'connecting' && link.state === 'live' && was.since < link.since - 50) {
      newest.current('Connected: what happened meanwhile follows above')
    }
  }, [link])
}

function Filters({ filter: { groups, text, problems } }: { filter: EventFilter }) {
  const { set } = useAddress()
  const toggled = (group: string) =>
    groups.includes(group) ? groups.filter((each) => each !== group) : [...groups, group]
  return (
    <search className="filters">
      <fieldset className="chips">
        <legend className="unseen">About</legend>
        {GROUPS.map((group) => (
          <ToggleButton
            key={group}
            className="chip"
            isSelected={groups.includes(group)}
            onChange={() => set({ group: toggled(group) })}
          >
            {group}
          </ToggleButton>
        ))}
      </fieldset>
      <ToggleButton
        className="chip"
        isSelected={problems}
        onChange={(isOn) => set({ problems: isOn ? 'only' : undefined })}
      >
        problems only
      </ToggleButton>
      <FilterField name="Session, agent or task" value={text} onChange={(about) => set({ about })} />
    </search>
  )
}
