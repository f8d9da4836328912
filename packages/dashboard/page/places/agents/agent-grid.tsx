import type { AgentView } from '@opscore/contract'
import { useVirtualizer } from '@tanstack/react-virtual'
import { memo, useRef } from 'react'
import type { StatusLook } from '../../design-system/look.ts'
import { StatusIcon } from '../../design-system/state/status-icon.tsx'
import { Since } from '../../design-system/time.tsx'
import { useWidth } from '../../design-system/use-width.ts'
import { agentLook, LIVENESS_LOOKS } from '../../domain/looks.ts'
import { PlaceLink } from '../../shell/place-link.tsx'

/** Beyond this many a cell shows a name and how its agent stands; the rest is in its title and one click away. */
const ROOMY_LIMIT = 400

const SIZES = {
  roomy: { width: 188, height: 68 },
  dense: { width: 112, height: 34 },
}

/** One cell an agent; only those in sight are there. */
export function AgentGrid({ agents }: { agents: readonly AgentView[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<HTMLUListElement>(null)
  const width = useWidth(list)
  const size = agents.length > ROOMY_LIMIT ? 'dense' : 'roomy'
  const perRow = Math.max(1, Math.floor(width / SIZES[size].width))
  const columnWidth = width / perRow
  const virtual = useVirtualizer({
    count: Math.ceil(agents.length / perRow),
    getScrollElement: () => scroller.current,
    estimateSize: () => SIZES[size].height,
    overscan: 3,
  })
  return (
    <div className="table-scroll" ref={scroller}>
      <ul
        className="agent-grid"
        ref={list}
        data-size={size}
        aria-label="Agents"
        style={{ height: virtual.getTotalSize() }}
      >
        {virtual
          .getVirtualItems()
          .flatMap(({ index, start }) =>
            agents
              .slice(index * perRow, (index + 1) * perRow)
              .map((agent, column) => (
                <AgentCell
                  key={agent.agentId}
                  agent={agent}
                  isDense={size === 'dense'}
                  left={column * columnWidth}
                  top={start}
                  width={columnWidth}
                />
              )),
          )}
      </ul>
    </div>
  )
}

const HELD: Record<NonNullable<AgentView['hold']>['kind'], StatusLook> = {
  pause: { word: 'Paused by an operator', shape: 'paused', tone: 'held' },
  drain: { word: 'Draining', shape: 'paused', tone: 'held' },
}

interface CellProps {
  agent: AgentView
  isDense: boolean
  left: number
  top: number
  width: number
}

/** Drawn again only when it is another one. */
const AgentCell = memo(function AgentCell({ agent, isDense, left, top, width }: CellProps) {
  const { agentId, agentName, state, liveness, places, room, hold } = agent
  const live = LIVENESS_LOOKS[liveness]
  const look = liveness !== 'online' ? live : hold === null ? agentLook(state) : HELD[hold.kind]
  return (
    <li style={{ transform: `translate(${left}px, ${top}px)`, width }}>
      <PlaceLink
        place="agents"
        id={agentId}
        className="agent-cell"
        data-tone={look.tone}
        title={`${agentName}\n${live.word}, ${state}\n${places.length} of ${room} slots taken`}
      >
        <span className="row">
          <StatusIcon shape={look.shape} />
          <span className="clip foreign agent-cell-name">{agentName}</span>
        </span>
        {isDense ? null : <CellMore agent={agent} word={look.word} />}
      </PlaceLink>
    </li>
  )
})

/** What it is at, for how long, and its slots. */
function CellMore({ agent: { places, room }, word }: { agent: AgentView; word: string }) {
  const oldest = places.reduce((first, { takenAt }) => (takenAt < first ? takenAt : first), places[0]?.takenAt ?? '')
  return (
    <>
      <span className="agent-cell-more row">
        <span className="clip">{word}</span>
        {oldest === '' ? null : <Since time={oldest} />}
        <span className="grow" />
        <span className="number faint">
          {places.length}/{room}
        </span>
      </span>
      <span className="agent-cell-slots" aria-hidden="true">
        {Array.from({ length: Math.min(room, 12) }, (_, slot) => slot).map((slot) => (
          <i key={slot} data-taken={slot < Math.ceil((places.length / room) * Math.min(room, 12)) ? '' : undefined} />
        ))}
      </span>
    </>
  )
}
