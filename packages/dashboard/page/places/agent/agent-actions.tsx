import type { AgentView } from '@opscore/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'

export function AgentActions({ agent }: { agent: AgentView }) {
  const { agentId, agentName, places } = agent
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
      <Holding agent={agent} />
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

/** An operator's word against what the agent itself says: no new task, until it is taken back. */
function Holding({ agent: { agentId, agentName, hold } }: { agent: AgentView }) {
  const changes = ['agent', agentId]
  const pause = useAction(`${agentName} gets no new task`, (client) => client.agents.pause(agentId), changes)
  const drain = useAction(
    `${agentName} gets no new task, and says when its last one has ended`,
    (client) => client.agents.drain(agentId),
    changes,
  )
  const resume = useAction(`${agentName} gets tasks again`, (client) => client.agents.resume(agentId), changes)
  if (hold !== null) {
    return (
      <Button kind="main" icon="play" isPending={resume.isPending} onPress={resume.act}>
        Resume
      </Button>
    )
  }
  return (
    <>
      <Button icon="pause" isPending={pause.isPending} onPress={pause.act}>
        Pause
      </Button>
      <Button icon="drain" isPending={drain.isPending} onPress={drain.act}>
        Drain
      </Button>
    </>
  )
}
