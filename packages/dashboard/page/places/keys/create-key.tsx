import type { CreatedKey, Scope } from '@opscore/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, CheckboxGroup, Form, Input, Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Icon } from '../../design-system/icon.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { Copyable } from '../../domain/copyable.tsx'

const SCOPES: Record<Scope, string> = {
  admin: 'everything, keys too',
  read: 'look at everything',
  agents: 'speak for agents',
  trigger: 'start workflows',
  operate: 'cancel, retry, deregister, store workflows',
  approve: 'decide on approvals',
  metrics: 'read metrics',
}

export function CreateKey({ onClose }: { onClose: () => void }) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const [name, setName] = useState('')
  const [scopes, setScopes] = useState<string[]>(['read'])
  const [agents, setAgents] = useState('')
  const [days, setDays] = useState('')
  const create = useMutation({
    mutationFn: () =>
      client.keys.create({ name: name.trim(), scopes: scopes.filter(isScope), ...bounds(agents, days) }),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['keys'] }),
  })
  if (create.data !== undefined) return <ShowKey made={create.data} onClose={onClose} />
  return (
    <PageDialog isOpen title="New API key" onClose={onClose}>
      <Form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault()
          create.mutate()
        }}
      >
        <TextField className="field" value={name} onChange={setName} isRequired maxLength={128} autoFocus>
          <Label>Name, for people</Label>
          <Input placeholder="deploy pipeline" />
        </TextField>
        <CheckboxGroup className="field" value={scopes} onChange={setScopes} isRequired>
          <Label>What it may do</Label>
          {Object.entries(SCOPES).map(([scope, meaning]) => (
            <Checkbox key={scope} value={scope} className="checkbox">
              <span className="checkbox-box">
                <Icon name="check" />
              </span>
              <code>{scope}</code> <span className="soft">{meaning}</span>
            </Checkbox>
          ))}
        </CheckboxGroup>
        <TextField className="field" value={agents} onChange={setAgents}>
          <Label>Only for these agents, by id, one a line; none: all</Label>
          <TextArea rows={2} spellCheck={false} />
        </TextField>
        <TextField className="field" value={days} onChange={setDays} type="number">
          <Label>Expires after days; none: never</Label>
          <Input min={1} max={3650} />
        </TextField>
        {create.isError ? <Notice tone="bad">{problemOf(create.error).detail}</Notice> : null}
        <div className="row dialog-foot">
          <Button onPress={onClose}>Leave it</Button>
          <Button
            kind="main"
            type="submit"
            isPending={create.isPending}
            isDisabled={scopes.length === 0 || name.trim() === ''}
          >
            Make the key
          </Button>
        </div>
      </Form>
    </PageDialog>
  )
}

const isScope = (value: string): value is Scope => Object.hasOwn(SCOPES, value)

function bounds(agents: string, days: string) {
  const agentIds = agents.split('\n').flatMap((line) => line.trim() || [])
  const after = Number(days)
  return {
    ...(agentIds.length > 0 ? { agentIds } : {}),
    ...(after > 0 ? { expiresAt: new Date(Date.now() + after * 86_400_000).toISOString() } : {}),
  }
}

function ShowKey({ made: { name, key }, onClose }: { made: CreatedKey; onClose: () => void }) {
  return (
    <PageDialog isOpen title={`The key "${name}"`} onClose={onClose}>
      <Notice tone="warning">It is shown this once and kept nowhere. Take it along before you close this.</Notice>
      <Copyable text={key} />
      <div className="row dialog-foot">
        <Button kind="main" onPress={onClose}>
          I have it
        </Button>
      </div>
    </PageDialog>
  )
}
