import type { AgentView } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import { Since } from '../../design-system/time.tsx'
import { shortId } from '../../domain/copyable.tsx'

/** The task that an agent has been at for longest, and how many more it holds. */
export function HeldTasks({ places }: { places: AgentView['places'] }) {
  const [first, ...more] = [...places].sort((a, b) => a.takenAt.localeCompare(b.takenAt))
  if (first === undefined) return <span className="faint">–</span>
  const { sessionId, taskId, takenAt } = first
  return (
    <span className="row clip">
      <Link to="/sessions/$sessionId" params={{ sessionId }} search={{ task: taskId }} className="quiet-link clip">
        <code>{shortId(taskId)}</code>
      </Link>
      <Since time={takenAt} />
      {more.length === 0 ? null : <span className="faint">+{more.length}</span>}
    </span>
  )
}
