import type { AgentView } from '@opscore/contract'
import { Since } from '../../design-system/time.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { PlaceLink } from '../../shell/place-link.tsx'

/** The task that an agent has been at for longest, and how many more it holds. */
export function HeldTasks({ places }: { places: AgentView['places'] }) {
  const [first, ...more] = [...places].sort((a, b) => a.takenAt.localeCompare(b.takenAt))
  if (first === undefined) return <span className="faint">–</span>
  const { sessionId, taskId, takenAt } = first
  return (
    <span className="row clip">
      <PlaceLink place="sessions" id={sessionId} search={{ task: taskId }} className="quiet-link clip">
        <code>{shortId(taskId)}</code>
      </PlaceLink>
      <Since time={takenAt} />
      {more.length === 0 ? null : <span className="faint">+{more.length}</span>}
    </span>
  )
}
