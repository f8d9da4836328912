import type { AttentionItem } from '@opscore/contract'
import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'

/** Loaded with the first that is decided: the overview comes without it. */
const ApprovalDialog = lazy(() =>
  import('../approvals/approval-dialog.tsx').then((module) => ({ default: module.ApprovalDialog })),
)

/** The action that mends it; where looking is all there is to do, the way there. */
export function Mend({ item }: { item: AttentionItem }) {
  const { subject, action } = item
  if (action.method === 'POST' && action.path.endsWith('/retry')) return <Retry sessionId={subject.id} />
  if (action.method === 'DELETE' && subject.type === 'agent')
    return <Deregister agentId={subject.id} name={subject.name} />
  if (item.kind === 'approval_open')
    return <Decide approvalId={item.id.slice('approval_open:'.length)} name={subject.name} />
  return <Look item={item} />
}

function Decide({ approvalId, name }: { approvalId: string; name: string }) {
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Button icon="check" aria-label={`Decide: ${name}`} onPress={() => setAsks(true)}>
        Decide
      </Button>
      {asks ? (
        <Suspense>
          <ApprovalDialog approvalId={approvalId} onClose={() => setAsks(false)} />
        </Suspense>
      ) : null}
    </>
  )
}

function Retry({ sessionId }: { sessionId: string }) {
  const retry = useAction('What failed is tried again', (client) => client.sessions.retry(sessionId), ['attention'])
  return (
    <Button icon="retry" isPending={retry.isPending} onPress={retry.act}>
      Retry
    </Button>
  )
}

function Deregister({ agentId, name }: { agentId: string; name: string }) {
  const [asks, setAsks] = useState(false)
  const remove = useAction(`${name} is deregistered`, (client) => client.agents.delete(agentId), ['attention'])
  return (
    <>
      <Button icon="trash" isPending={remove.isPending} onPress={() => setAsks(true)}>
        Deregister
      </Button>
      <ConfirmDialog
        isOpen={asks}
        title={`Deregister ${name}?`}
        verb="Deregister"
        onClose={() => setAsks(false)}
        onConfirm={remove.act}
      >
        Its tasks are tried elsewhere. It comes back when it registers again.
      </ConfirmDialog>
    </>
  )
}

function Look({ item: { subject, action } }: { item: AttentionItem }) {
  const navigate = useNavigate()
  const go = () =>
    void (subject.type === 'agent'
      ? navigate({ to: '/agents/$agentId', params: { agentId: subject.id } })
      : navigate({ to: '/sessions/$sessionId', params: { sessionId: subject.id } }))
  return (
    <Button icon="right" aria-label={`Look: ${action.label}, ${subject.name}`} onPress={go}>
      Look
    </Button>
  )
}
