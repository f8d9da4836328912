import type { SessionView, TaskView } from '@opscore/contract'
import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import { useNow } from '../../design-system/charts/ticker.tsx'
import { StatusIcon } from '../../design-system/state/status-icon.tsx'
import { spanText } from '../../design-system/time.tsx'
import { TASK_LOOKS } from '../../domain/looks.ts'
import { moved, placeIn, type Range, ticksOf, zoomed } from './scale.ts'
import { foldedSpans, type Span, spansOf } from './spans.ts'

interface Props {
  session: SessionView
  chosen: string | undefined
  onChoose: (taskId: string) => void
}

const ROW = 28

/** When each task waited, worked and backed off. What has not ended grows as one looks. */
export function Timeline({ session, chosen, onChoose }: Props) {
  const { tasks, startTime, endTime } = session
  const now = useNow()
  const whole: Range = { from: Date.parse(startTime), to: Math.max(endOf(endTime, now), Date.parse(startTime) + 50) }
  const [zoom, setZoom] = useState<Range | null>(null)
  const range = zoom ?? whole
  const scroller = useRef<HTMLDivElement>(null)
  const rows = useMemo(
    () => tasks.map((task) => ({ task, spans: foldedSpans(spansOf(task), task.attempts.length) })),
    [tasks],
  )
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 10,
  })
  const change = (next: Range) => setZoom(next.to - next.from >= whole.to - whole.from ? null : next)
  useWheelZoom(scroller, (factor, at, part) => change(moved(zoomed(range, factor, at, whole), part, whole)))

  function onKeyDown(event: KeyboardEvent) {
    const steps: Record<string, Range> = {
      '+': zoomed(range, 1.6, 0.5, whole),
      '-': zoomed(range, 1 / 1.6, 0.5, whole),
      ArrowRight: moved(range, 0.2, whole),
      ArrowLeft: moved(range, -0.2, whole),
    }
    const next = steps[event.key]
    if (next) change(next)
  }

  return (
    <section className="timeline" aria-label="Timeline" onKeyDown={onKeyDown}>
      <div className="timeline-head">
        <span className="faint">
          {tasks.length} {tasks.length === 1 ? 'task' : 'tasks'}
        </span>
        <Axis range={range} start={whole.from} />
        <span className="timeline-tools">
          <Button kind="quiet" icon="plus" aria-label="Closer" onPress={() => change(zoomed(range, 1.6, 0.5, whole))} />
          <Button
            kind="quiet"
            icon="minus"
            aria-label="Wider"
            onPress={() => change(zoomed(range, 1 / 1.6, 0.5, whole))}
          />
          <Button
            kind="quiet"
            icon="fit"
            aria-label="All of it"
            isDisabled={zoom === null}
            onPress={() => setZoom(null)}
          />
        </span>
      </div>
      <div className="timeline-rows" ref={scroller}>
        <ol style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start }) => {
            const row = rows[index]
            if (row === undefined) return null
            return (
              <li key={row.task.taskId} style={{ transform: `translateY(${start}px)` }}>
                <TimelineRow {...row} {...{ range, now }} isChosen={row.task.taskId === chosen} onChoose={onChoose} />
              </li>
            )
          })}
        </ol>
      </div>
    </section>
  )
}

const endOf = (endTime: string | null, now: number): number => (endTime === null ? now : Date.parse(endTime))

interface RowProps {
  task: TaskView
  spans: readonly Span[]
  range: Range
  now: number
  isChosen: boolean
  onChoose: (taskId: string) => void
}

function TimelineRow({ task, spans, range, now, isChosen, onChoose }: RowProps) {
  const { shape, tone, word } = TASK_LOOKS[task.status]
  return (
    <button
      type="button"
      className="timeline-row"
      data-tone={tone}
      data-chosen={isChosen ? '' : undefined}
      aria-pressed={isChosen}
      onClick={() => onChoose(task.taskId)}
    >
      <span className="timeline-name">
        <StatusIcon shape={shape} />
        <span className="clip foreign">{task.name}</span>
        <span className="unseen">{word}</span>
        {task.attempts.length > 1 ? <span className="tally number">×{task.attempts.length}</span> : null}
      </span>
      <span className="timeline-track">
        {spans.map((span) => (
          <Bar key={`${span.attempt}-${span.kind}`} span={span} range={range} now={now} />
        ))}
      </span>
      <span className="number faint timeline-took">{tookText(spans, now)}</span>
    </button>
  )
}

function Bar({ span: { kind, from, to, tone, word, attempt }, range, now }: { span: Span; range: Range; now: number }) {
  const end = to ?? now
  const left = placeIn(range, from)
  const right = placeIn(range, end)
  if (right < 0 || left > 1) return null
  const style: CSSProperties = {
    left: `${Math.max(0, left) * 100}%`,
    width: `${(Math.min(1, right) - Math.max(0, left)) * 100}%`,
  }
  return (
    <span
      className="bar"
      data-kind={kind}
      data-tone={tone}
      data-open={to === null ? '' : undefined}
      style={style}
      title={`${kind === 'attempts' ? '' : `Attempt ${attempt}: `}${word}, ${spanText(end - from)}`}
    />
  )
}

function tookText(spans: readonly Span[], now: number): string {
  const first = spans[0]
  const last = spans.at(-1)
  return first && last ? spanText((last.to ?? now) - first.from) : ''
}

function Axis({ range, start }: { range: Range; start: number }) {
  return (
    <span className="timeline-axis number" aria-hidden="true">
      {ticksOf(range, start, 8).map((tick) => (
        <span key={tick} style={{ left: `${placeIn(range, start + tick) * 100}%` }}>
          {tick === 0 ? '0' : spanText(tick).replace('.0 s', ' s')}
        </span>
      ))}
    </span>
  )
}

/** `Ctrl` and the wheel go closer, `Shift` and the wheel go along; the wheel alone scrolls, as everywhere. */
function useWheelZoom(
  element: { current: HTMLElement | null },
  change: (factor: number, at: number, part: number) => void,
): void {
  const newest = useRef(change)
  useEffect(() => {
    newest.current = change
  })
  useEffect(() => {
    const target = element.current
    if (target === null) return
    function onWheel(event: WheelEvent) {
      if (!event.ctrlKey && !event.shiftKey && !event.metaKey) return
      event.preventDefault()
      const track = target?.querySelector('.timeline-track')?.getBoundingClientRect()
      const at = track ? Math.min(1, Math.max(0, (event.clientX - track.left) / track.width)) : 0.5
      if (event.shiftKey) newest.current(1, at, (event.deltaY + event.deltaX) / 1_000)
      else newest.current(Math.exp(-event.deltaY / 300), at, 0)
    }
    target.addEventListener('wheel', onWheel, { passive: false })
    return () => target.removeEventListener('wheel', onWheel)
  }, [element])
}
