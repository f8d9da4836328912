import type { AgentView, JsonObject, WorkflowDefinition } from '@opscore/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form, Input, Label, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { oneWorkflow } from '../../data/workflows.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { useInput } from '../../input-form/use-input.tsx'

interface Props {
  workflowId: string
  /** Absent where it is not known yet: it is read then. */
  definition?: WorkflowDefinition
  onClose: () => void
}

/** Starts a workflow with an agent, and lands on the session that began. Where the definition says what goes in, that is a form. */
export function StartDialog({ workflowId, definition, onClose }: Props) {
  const { client } = useOpsCore()
  const navigate = useNavigate()
  const [agent, setAgent] = useState<string>()
  const agents = useQuery({
    queryKey: ['agents-to-start-with'],
    queryFn: async ({ signal }) => (await client.agents.list({ limit: 200, signal })).items,
    staleTime: 10_000,
  })
  const stored = useQuery({ ...oneWorkflow(client, workflowId), enabled: definition === undefined })
  const input = useInput(definition ?? stored.data?.definition)
  const chosen = agent ?? firstReady(agents.data ?? [])
  const start = useMutation({
    mutationFn: (value: JsonObject | null) =>
      client.trigger(idOf(chosen, agents.data ?? []), { workflowDefinitionId: workflowId, initialPayload: value }),
    async onSuccess({ sessionId }) {
      onClose()
      await navigate({ to: '/sessions/$sessionId', params: { sessionId } })
    },
  })
  return (
    <PageDialog isOpen title={`Start ${workflowId}`} onClose={onClose}>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          const read = input.read()
          if (read !== undefined) start.mutate(read)
        }}
      >
        <TextField className="field" value={chosen} onChange={setAgent} isRequired>
          <Label>Agent: its name or id. Tasks without a capability of their own go to it.</Label>
          <Input list="agents-to-start-with" autoComplete="off" spellCheck={false} />
        </TextField>
        <datalist id="agents-to-start-with">
          {agents.data?.map(({ agentId, agentName, state }) => (
            <option key={agentId} value={agentName} label={`${state} ${agentId}`} />
          ))}
        </datalist>
        {input.form}
        {start.isError ? <Notice tone="bad">{problemOf(start.error).detail}</Notice> : null}
        <div className="row dialog-foot">
          <Button onPress={onClose}>Leave it</Button>
          <Button
            kind="main"
            type="submit"
            icon="play"
            isPending={start.isPending}
            isDisabled={chosen === '' || (definition === undefined && stored.isPending)}
          >
            Start
          </Button>
        </div>
      </Form>
    </PageDialog>
  )
}

const firstReady = (agents: readonly AgentView[]): string =>
  (agents.find(({ state, liveness }) => state === 'idle' && liveness === 'online') ?? agents[0])?.agentName ?? ''

const idOf = (named: string, agents: readonly AgentView[]): string =>
  agents.find(({ agentName }) => agentName === named)?.agentId ?? named
