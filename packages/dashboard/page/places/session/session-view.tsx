import './session.css'
import type { SessionView as Session } from '@opscore/contract'
import { lazy, Suspense, useEffect } from 'react'
import { tinykeys } from 'tinykeys'
import { isTyping } from '../../design-system/table/use-row-keys.ts'
import { Tabs } from '../../design-system/tabs.tsx'
import { Payload } from '../../domain/payload.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { SessionEvents } from '../session-events/session-events.tsx'
import { TaskPanel } from '../session-task/task-panel.tsx'
import { Timeline } from '../session-timeline/timeline.tsx'
import { SessionActions } from './session-actions.tsx'
import { SessionError, SessionFacts, SessionHeading } from './session-head.tsx'
import { TaskTable } from './task-table.tsx'
import { Waits } from './waits.tsx'

/** The graph and what lays it out are loaded when somebody looks. */
const SessionGraph = lazy(async () => ({ default: (await import('./session-graph.tsx')).SessionGraph }))

const VIEWS = [
  { id: 'tasks', name: 'Tasks' },
  { id: 'graph', name: 'Graph' },
  { id: 'events', name: 'Events' },
  { id: 'data', name: 'Input and output' },
] as const

/** A session, with its timeline always in sight and one task beside it. */
export function SessionView({ session }: { session: Session }) {
  const { one, set } = useAddress()
  const { sessionId, tasks, input, result, metadata } = session
  const view = VIEWS.find(({ id }) => id === one('view'))?.id ?? 'tasks'
  const task = tasks.find(({ taskId }) => taskId === one('task'))
  const choose = (taskId: string | undefined) => set({ task: taskId, attempt: undefined })
  useNextError(session, task?.taskId, choose)
  return (
    <Place
      title={`${session.workflowId} ${sessionId.slice(-6)}`}
      heading={<SessionHeading session={session} />}
      actions={<SessionActions session={session} />}
    >
      <div className="session" data-panel={task === undefined ? undefined : ''}>
        <div className="session-main">
          <SessionFacts session={session} />
          <SessionError session={session} onChoose={choose} />
          <Waits session={session} onChoose={choose} />
          <Timeline session={session} chosen={task?.taskId} onChoose={choose} />
          <Tabs label="Shown below" tabs={VIEWS} chosen={view} onChoose={(id) => set({ view: id })} />
          {view === 'tasks' ? <TaskTable tasks={tasks} chosen={task?.taskId} onChoose={choose} /> : null}
          {view === 'graph' ? (
            <Suspense>
              <SessionGraph session={session} chosen={task?.taskId} onChoose={choose} />
            </Suspense>
          ) : null}
          {view === 'events' ? <SessionEvents session={session} /> : null}
          {view === 'data' ? (
            <div className="side-by-side">
              <Payload name="Input" value={input} fileName={`${sessionId}-input.json`} />
              <Payload name="Output" value={result} fileName={`${sessionId}-output.json`} />
              <Payload name="Metadata" value={metadata} fileName={`${sessionId}-metadata.json`} />
            </div>
          ) : null}
        </div>
        {task === undefined ? null : (
          <TaskPanel key={task.taskId} task={task} session={session} onClose={() => choose(undefined)} />
        )}
      </div>
    </Place>
  )
}

/** `e` goes to the next task that failed, and round again; `Escape` closes the panel. */
function useNextError({ tasks }: Session, chosen: string | undefined, choose: (taskId: string | undefined) => void) {
  useEffect(() => {
    const failed = tasks
      .filter(({ status, error }) => status === 'failed' || error !== null)
      .map(({ taskId }) => taskId)
    return tinykeys(window, {
      e(event) {
        if (isTyping(event.target) || failed.length === 0) return
        choose(failed[(failed.indexOf(chosen ?? '') + 1) % failed.length])
      },
      Escape(event) {
        if (!isTyping(event.target) && chosen !== undefined && !event.defaultPrevented) choose(undefined)
      },
    })
  }, [tasks, chosen, choose])
}
