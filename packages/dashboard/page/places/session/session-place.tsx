import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useOpsCore } from '../../access/ops-core.tsx'
import { isNotFound } from '../../data/problem.ts'
import { oneSession } from '../../data/sessions.ts'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { SessionView } from './session-view.tsx'

export function SessionPlace() {
  const { client } = useOpsCore()
  const { sessionId } = useParams({ from: '/sessions/$sessionId' })
  const session = useQuery(oneSession(client, sessionId))
  if (session.data !== undefined) return <SessionView key={sessionId} session={session.data} />
  return (
    <Place title="Session">
      {session.isPending ? null : isNotFound(session.error) ? (
        <EmptyState icon="search" title="There is no such session">
          <p>
            It may have been forgotten: an ended session is kept for <code>OPSCORE_SESSION_HISTORY</code>.
          </p>
          <Link to="/sessions" className="link">
            To the sessions
          </Link>
        </EmptyState>
      ) : (
        <ProblemView error={session.error} since={session.errorUpdatedAt} onRetry={() => void session.refetch()} />
      )}
    </Place>
  )
}
