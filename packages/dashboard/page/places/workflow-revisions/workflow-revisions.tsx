import './revisions.css'
import type { StoredWorkflow, WorkflowRevision } from '@opscore/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { workflowRevision, workflowRevisions } from '../../data/workflows.ts'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Clock } from '../../design-system/time.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { Difference } from './difference.tsx'

/** What the workflow was before, and what each revision changed. */
export function WorkflowRevisions({ workflow }: { workflow: StoredWorkflow }) {
  const { client } = useOpsCore()
  const { one, set } = useAddress()
  const list = useInfiniteQuery(workflowRevisions(client, workflow.id))
  const revisions = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const chosen = revisions.find(({ revision }) => String(revision) === one('revision')) ?? revisions[0]
  const against = revisions.find(({ revision }) => String(revision) === one('against')) ?? before(revisions, chosen)
  if (list.isError) {
    return <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
  }
  return (
    <div className="revisions">
      <ol className="revision-list" aria-label="Revisions, newest first">
        {revisions.map(({ revision, storedAt, hash }) => (
          <li key={revision}>
            <button
              type="button"
              className="revision"
              aria-pressed={revision === chosen?.revision}
              onClick={() => set({ revision: String(revision), against: undefined })}
            >
              <span className="number">r{revision}</span>
              <Clock time={storedAt} />
              <code className="faint">{shortId(hash)}</code>
            </button>
          </li>
        ))}
      </ol>
      {chosen === undefined ? null : against === undefined ? (
        <EmptyState icon="workflows" title={`Revision ${chosen.revision} is the first that is kept`}>
          <p>There is nothing to compare it with yet.</p>
        </EmptyState>
      ) : (
        <Compared workflowId={workflow.id} before={against} after={chosen} all={revisions} />
      )}
    </div>
  )
}

const before = (revisions: readonly WorkflowRevision[], { revision }: { revision: number } = { revision: 0 }) =>
  revisions.find((each) => each.revision < revision)

interface ComparedProps {
  workflowId: string
  before: WorkflowRevision
  after: WorkflowRevision
  all: readonly WorkflowRevision[]
}

function Compared({ workflowId, before: old, after, all }: ComparedProps) {
  const { client } = useOpsCore()
  const { set } = useAddress()
  const oldText = useQuery(workflowRevision(client, workflowId, old))
  const newText = useQuery(workflowRevision(client, workflowId, after))
  const failed = oldText.isError ? oldText : newText
  return (
    <section className="revision-difference" aria-label={`What revision ${after.revision} changed`}>
      <header className="row in-place">
        <span className="grow">
          Revision {after.revision} against{' '}
          <select
            className="select"
            aria-label="Compared with revision"
            value={old.revision}
            onChange={(event) => set({ against: event.target.value })}
          >
            {all
              .filter(({ revision }) => revision !== after.revision)
              .map(({ revision }) => (
                <option key={revision} value={revision}>
                  {revision}
                </option>
              ))}
          </select>
        </span>
      </header>
      {failed.isError ? (
        <ProblemView error={failed.error} since={failed.errorUpdatedAt} onRetry={() => void failed.refetch()} />
      ) : null}
      {oldText.data && newText.data ? <Difference before={oldText.data} after={newText.data} /> : null}
    </section>
  )
}
