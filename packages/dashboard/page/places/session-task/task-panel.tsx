import type { SessionView, TaskView } from '@opscore/contract'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { TASK_LOOKS } from '../../domain/looks.ts'
import { Payload } from '../../domain/payload.tsx'
import { Progress } from '../session/task-table.tsx'
import { Attempts } from './attempts.tsx'
import { LateResults } from './late-results.tsx'
import { TaskActions } from './task-actions.tsx'

interface Props {
  task: TaskView
  session: SessionView
  onClose: () => void
}

/** One task: what went wrong beside what it was given, then every attempt, the newest first. */
export function TaskPanel({ task, session, onClose }: Props) {
  const { taskId, taskDefinitionId, name, status, error, payload, result, progress } = task
  return (
    <aside className="panel" aria-label={`Task ${name}`}>
      <header className="panel-head">
        <div className="grow">
          <h2 className="clip foreign">{name}</h2>
          <span className="row">
            <Status look={TASK_LOOKS[status]} isStrong />
            <code className="faint clip foreign">{taskDefinitionId}</code>
          </span>
        </div>
        <Button kind="quiet" icon="cross" aria-label="Close the task" onPress={onClose} />
      </header>
      <div className="panel-body">
        <Copyable text={taskId} />
        <TaskActions task={task} session={session} />
        {progress === null ? null : <Progress {...progress} />}
        {error === null ? null : (
          <Notice tone="bad">
            <p className="foreign">
              <code className="bad-text">{error.code}</code> {error.message}
            </p>
            {error.details === undefined ? null : (
              <Payload name="Details" value={error.details} fileName={`${taskId}-error.json`} />
            )}
          </Notice>
        )}
        <LateResults task={task} sessionId={session.sessionId} />
        <Payload name="Input" value={payload} fileName={`${taskId}-input.json`} />
        {status === 'completed' ? <Payload name="Result" value={result} fileName={`${taskId}-result.json`} /> : null}
        <Attempts task={task} />
      </div>
    </aside>
  )
}
