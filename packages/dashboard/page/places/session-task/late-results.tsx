import type { LateResult, TaskView } from '@opscore/contract'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { Clock } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { Payload } from '../../domain/payload.tsx'
import { useAction } from '../../domain/use-action.tsx'

/** Answers that came after their attempt was over. They are kept, and one can be taken all the same. */
export function LateResults({ task, sessionId }: { task: TaskView; sessionId: string }) {
  return task.lateResults
    .toReversed()
    .map((late) => <Late key={`${late.attemptId} ${late.receivedAt}`} task={task} late={late} sessionId={sessionId} />)
}

function Late({ task: { taskId, status }, late, sessionId }: { task: TaskView; late: LateResult; sessionId: string }) {
  const { attemptId, agentId, receivedAt, result, error } = late
  const adopt = useAction(
    'The late result is taken, and the session goes on',
    (client) => client.tasks.adopt(taskId, { attemptId }),
    ['session', sessionId],
  )
  return (
    <Notice tone="warning">
      <div className="stack">
        <p>
          A late {error === null ? 'result' : 'failure'} from <AgentName agentId={agentId} /> at{' '}
          <Clock time={receivedAt} />
        </p>
        {error === null ? (
          <Payload name="Late result" value={result} fileName={`${attemptId}-late.json`} />
        ) : (
          <p className="foreign">
            <code className="bad-text">{error.code}</code> {error.message}
          </p>
        )}
        {error === null && status !== 'completed' ? (
          <Button icon="check" isPending={adopt.isPending} onPress={adopt.act}>
            Take this result
          </Button>
        ) : null}
      </div>
    </Notice>
  )
}
