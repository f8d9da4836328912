import { problemOf } from '../data/problem.ts'
import { Button } from '../design-system/button.tsx'
import { EmptyState } from '../design-system/empty-state.tsx'
import { Since } from '../design-system/time.tsx'
import { Copyable } from './copyable.tsx'

/** The server is unwell, or refuses: what it said, since when, and a way to ask again. */
export function ProblemView({ error, since, onRetry }: { error: unknown; since: number; onRetry: () => void }) {
  const { title, detail, requestId } = problemOf(error)
  return (
    <EmptyState icon="alert" tone="bad" title={title}>
      <p className="foreign">{detail}</p>
      <p className="faint">
        Asked <Since time={since} isPast />.
        {requestId === undefined ? null : (
          <>
            {' '}
            Request <Copyable text={requestId} />
          </>
        )}
      </p>
      <Button icon="retry" onPress={onRetry}>
        Ask again
      </Button>
    </EmptyState>
  )
}
