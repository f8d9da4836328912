import type { AgentView, JsonObject } from '@opscore/contract'
import { useMutation, useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Form, Input, Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'

/** Starts a workflow with an agent, and lands on the session that began. */
export function StartDialog({ workflowId, onClose }: { workflowId: string; onClose: () => void }) {
  const { client } = useOpsCore()
  const navigate = useNavigate()
  const [agent, setAgent] = useState<string>()
  const [text, setText] = useState('')
  const agents = useQuery({
    queryKey: ['agents-to-start-with'],
    queryFn: async ({ signal }) => (await client.agents.list({ limit: 200, signal })).items,
    staleTime: 10_000,
  })
  const chosen = agent ?? firstReady(agents.data ?? [])
  const input = readInput(text)
  const start = useMutation({
    mutationFn: () =>
      client.trigger(idOf(chosen, agents.data ?? []), {
        workflowDefinitionId: workflowId,
        ...('value' in input ? { initialPayload: input.value } : {}),
      }),
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
          start.mutate()
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
        <TextField className="field" value={text} onChange={setText}>
          <Label>Input, a JSON object; none: the definition's own parameters</Label>
          <TextArea rows={7} spellCheck={false} placeholder="{}" />
        </TextField>
        {'problem' in input ? <Notice tone="bad">{input.problem}</Notice> : null}
        {start.isError ? <Notice tone="bad">{problemOf(start.error).detail}</Notice> : null}
        <div className="row dialog-foot">
          <Button onPress={onClose}>Leave it</Button>
          <Button
            kind="main"
            type="submit"
            icon="play"
            isPending={start.isPending}
            isDisabled={'problem' in input || chosen === ''}
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

function readInput(text: string): { value: JsonObject | null } | { problem: string } {
  if (text.trim() === '') return { value: null }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { value } : { problem: 'The input must be an object, such as {"name": "Ada"}.' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
