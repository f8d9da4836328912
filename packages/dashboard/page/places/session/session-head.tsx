import type { SessionView } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import { Notice } from '../../design-system/notice.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Clock, Elapsed } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { SESSION_LOOKS } from '../../domain/looks.ts'

export function SessionHeading({
  session: { workflowId, workflowRevision, workflowVersion, status },
}: {
  session: SessionView
}) {
  return (
    <div className="heading">
      <Link to="/sessions" className="faint quiet-link">
        Sessions
      </Link>
      <span className="faint">/</span>
      <h1 className="clip foreign">{workflowId}</h1>
      <span className="faint clip foreign">
        {workflowRevision === null ? 'given with the call' : `revision ${workflowRevision}`}
        {workflowVersion === null ? '' : `, version ${workflowVersion}`}
      </span>
      <Status look={SESSION_LOOKS[status]} isStrong />
    </div>
  )
}

export function SessionFacts({ session }: { session: SessionView }) {
  const { sessionId, agentId, startTime, endTime, tasks, warnings } = session
  const attempts = tasks.reduce((sum, task) => sum + task.attempts.length, 0)
  return (
    <>
      <dl className="facts">
        <Fact name="Session">
          <Copyable text={sessionId} />
        </Fact>
        <Fact name="Agent">
          <AgentName agentId={agentId} />
        </Fact>
        <Fact name="Started">
          <Clock time={startTime} />
        </Fact>
        <Fact name={endTime === null ? 'Running for' : 'Took'}>
          <Elapsed from={startTime} to={endTime} />
        </Fact>
        <Fact name="Attempts">
          <span className="number">{attempts}</span>
        </Fact>
      </dl>
      {warnings.length === 0 ? null : (
        <Notice tone="warning">
          {warnings.map(({ path, message }) => (
            <p key={`${path} ${message}`} className="foreign">
              <code>{path}</code> {message}
            </p>
          ))}
        </Notice>
      )}
    </>
  )
}

function Fact({ name, children }: { name: string; children: React.ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** Why it failed, with the way to the task that is to blame. */
export function SessionError({ session, onChoose }: { session: SessionView; onChoose: (taskId: string) => void }) {
  const { error, tasks } = session
  if (error === null) return null
  const task = tasks.find(({ taskDefinitionId }) => taskDefinitionId === error.taskId)
  return (
    <div className="in-place">
      <Notice tone="bad">
        <p className="foreign">
          <code className="bad-text">{error.code}</code> {error.message}
          {task === undefined ? null : (
            <>
              {' '}
              <button type="button" className="text-button" onClick={() => onChoose(task.taskId)}>
                {task.name}
              </button>
            </>
          )}
        </p>
      </Notice>
    </div>
  )
}
