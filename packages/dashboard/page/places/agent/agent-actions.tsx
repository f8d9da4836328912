import type { AgentView } from '@opscore/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'

export function AgentActions({ agent: { agentId, agentName, places } }: { agent: AgentView }) {
  const [asks, setAsks] = useState(false)
  const navigate = useNavigate()
  const deregister = useAction(
    `${agentName} is deregistered`,
    async (client) => {
      await client.agents.delete(agentId)
      await navigate({ to: '/agents' })
    },
    ['agents'],
  )
  return (
    <>
      <Button kind="danger" icon="trash" isPending={deregister.isPending} onPress={() => setAsks(true)}>
        Deregister
      </Button>
      <ConfirmDialog
        isOpen={asks}
        title={`Deregister ${agentName}?`}
        verb="Deregister"
        onClose={() => setAsks(false)}
        onConfirm={deregister.act}
      >
        {places.length === 0
          ? 'It holds no task. It comes back when it registers again.'
          : `It holds ${places.length} ${places.length === 1 ? 'task, which is' : 'tasks, which are'} tried elsewhere. It comes back when it registers again.`}
      </ConfirmDialog>
    </>
  )
}
