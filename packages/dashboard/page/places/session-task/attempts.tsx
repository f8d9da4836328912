import type { AttemptView, TaskView } from '@opscore/contract'
import { Status } from '../../design-system/state/status.tsx'
import { Clock, Elapsed } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { ATTEMPT_LOOKS } from '../../domain/looks.ts'
import { Payload } from '../../domain/payload.tsx'
import { Receipt } from './receipt.tsx'

export function Attempts({ task: { attempts } }: { task: TaskView }) {
  return (
    <section aria-label="Attempts" className="stack">
      <h3>
        Attempts <span className="count number">{attempts.length}</span>
      </h3>
      <ol className="attempts">
        {attempts.toReversed().map((attempt, index) => (
          <li key={attempt.attemptId}>
            <Attempt attempt={attempt} isNewest={index === 0} />
          </li>
        ))}
      </ol>
    </section>
  )
}

function Attempt({ attempt, isNewest }: { attempt: AttemptView; isNewest: boolean }) {
  const { attempt: number, attemptId, agentId, status, error, receipt, scheduledAt } = attempt
  const sent = attempt.dispatchedAt ?? attempt.startedAt
  return (
    <details open={isNewest}>
      <summary>
        <span className="number">{number}</span>
        <Status look={ATTEMPT_LOOKS[status]} />
        <span className="grow" />
        <Clock time={scheduledAt} />
      </summary>
      <div className="stack attempt-more">
        <dl className="facts">
          {agentId === null ? null : (
            <div>
              <dt>Agent</dt>
              <dd>
                <AgentName agentId={agentId} />
              </dd>
            </div>
          )}
          <div>
            <dt>Waited</dt>
            <dd>
              <Elapsed from={scheduledAt} to={sent ?? attempt.endedAt} />
            </dd>
          </div>
          {sent === null ? null : (
            <div>
              <dt>At work</dt>
              <dd>
                <Elapsed from={sent} to={attempt.endedAt} />
              </dd>
            </div>
          )}
        </dl>
        {error === null ? null : (
          <p className="foreign">
            <code className="bad-text">{error.code}</code> {error.message}
          </p>
        )}
        {error?.details === undefined ? null : (
          <Payload name="Details" value={error.details} fileName={`${attemptId}-error.json`} />
        )}
        {receipt === null ? null : <Receipt receipt={receipt} />}
        <Copyable text={attemptId} />
      </div>
    </details>
  )
}
