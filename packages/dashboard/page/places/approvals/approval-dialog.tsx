import type { ApprovalView } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useOpsCore } from '../../access/ops-core.tsx'
import { oneApproval } from '../../data/approvals.ts'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Clock, Since } from '../../design-system/time.tsx'
import { Payload } from '../../domain/payload.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { APPROVAL_LOOKS, approversText } from './approval-look.ts'
import { DecideForm } from './decide-form.tsx'

/** One approval: what is asked about, who has said what, and, while it is open, the form to decide. */
export function ApprovalDialog({ approvalId, onClose }: { approvalId: string; onClose: () => void }) {
  const { client } = useOpsCore()
  const { data, error, isError, errorUpdatedAt, refetch } = useQuery(oneApproval(client, approvalId))
  return (
    <PageDialog isOpen isWide title={data?.title ?? 'Approval'} onClose={onClose}>
      {isError ? <ProblemView error={error} since={errorUpdatedAt} onRetry={() => void refetch()} /> : null}
      {data === undefined ? null : (
        <div className="stack">
          <About approval={data} />
          <Decisions approval={data} />
          {data.status === 'open' ? (
            <DecideForm key={data.contentHash} approval={data} onDone={onClose} />
          ) : (
            <Payload name="Content" value={data.content} fileName={`${approvalId}.json`} />
          )}
        </div>
      )}
    </PageDialog>
  )
}

function About({ approval }: { approval: ApprovalView }) {
  const { status, sessionId, workflowId, taskId, since, until, approvers, escalated } = approval
  return (
    <p className="soft">
      <Status look={APPROVAL_LOOKS[status]} isStrong /> asked by{' '}
      <Link to="/sessions/$sessionId" params={{ sessionId }} search={{ task: taskId }} className="foreign">
        {workflowId}
      </Link>{' '}
      since <Since time={since} />
      {until === null ? null : (
        <>
          {' '}
          until <Clock time={until} />
        </>
      )}
      . Decided by {approversText(approvers)}
      {escalated ? ', to whom it was escalated' : ''}.
    </p>
  )
}

/** Who has decided what so far, in their order. */
function Decisions({ approval: { decisions } }: { approval: ApprovalView }) {
  if (decisions.length === 0) return null
  return (
    <ul className="stack" aria-label="Decisions">
      {decisions.map(({ decision, by, at, comment }) => (
        <li key={`${by.keyId} ${at}`}>
          <Status look={APPROVAL_LOOKS[decision]} /> <span className="foreign">{by.name}</span>{' '}
          <span className="faint">
            <Clock time={at} />
          </span>
          {comment === null ? null : <p className="soft foreign">{comment}</p>}
        </li>
      ))}
    </ul>
  )
}
