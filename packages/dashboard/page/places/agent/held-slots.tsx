import type { AgentView, HeldPlace } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useOpsCore } from '../../access/ops-core.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Since } from '../../design-system/time.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { TASK_LOOKS } from '../../domain/looks.ts'
import { Slots } from '../../domain/slots.tsx'
import { Progress } from '../session/task-table.tsx'

const SHOWN = 12

/** Its slots, and what is in them. */
export function HeldSlots({ agent }: { agent: AgentView }) {
  const { places } = agent
  return (
    <section className="slots-list" aria-label="Slots">
      <header className="row">
        <h2>Slots</h2>
        <Slots agent={agent} />
      </header>
      {places.length === 0 ? (
        <p className="faint">All free.</p>
      ) : (
        <ul>
          {places.slice(0, SHOWN).map((place) => (
            <HeldSlot key={place.attemptId} place={place} />
          ))}
        </ul>
      )}
      {places.length > SHOWN ? <p className="faint number">and {places.length - SHOWN} more</p> : null}
    </section>
  )
}

function HeldSlot({ place: { sessionId, taskId, takenAt, attemptId } }: { place: HeldPlace }) {
  const { client } = useOpsCore()
  // Under the session's key, so that it is read again with what happens in it.
  const { data: task } = useQuery({
    queryKey: ['session', sessionId, 'task', taskId],
    queryFn: ({ signal }) => client.tasks.get(taskId, { signal }),
  })
  return (
    <li>
      <Link
        to="/sessions/$sessionId"
        params={{ sessionId }}
        search={{ task: taskId }}
        className="quiet-link clip foreign"
      >
        {task?.name ?? <code>{shortId(attemptId)}</code>}
      </Link>
      <span className="faint clip foreign">{task?.workflowId}</span>
      {task === undefined ? <span /> : <Status look={TASK_LOOKS[task.status]} />}
      <Since time={takenAt} />
      <span className="grow">{task?.progress ? <Progress {...task.progress} /> : null}</span>
    </li>
  )
}
