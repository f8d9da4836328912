import type { Json, SessionView, TaskView } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { oneApproval } from '../../data/approvals.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'
import { ApprovalDialog } from '../approvals/approval-dialog.tsx'

const OPEN: ReadonlySet<string> = new Set(['pending', 'dispatched', 'running', 'pending_retry'])

/** What an operator can say of a task that is open, in the agent's stead; and the retry of a session from what failed. */
export function TaskActions({ task, session: { sessionId, status } }: { task: TaskView; session: SessionView }) {
  const [dialog, setDialog] = useState<'complete' | 'fail' | null>(null)
  const retry = useAction('What failed is tried again', (client) => client.sessions.retry(sessionId), [
    'session',
    sessionId,
  ])
  const close = () => setDialog(null)
  const { client } = useOpsCore()
  const last = task.attempts.at(-1)
  const approvalId = last?.attemptId ?? ''
  // No agent has it: it may be an approval, and is asked for as one.
  const isAsked = task.status === 'running' && last?.agentId === null
  const approval = useQuery({ ...oneApproval(client, approvalId), enabled: isAsked })
  if (status === 'failed' && task.status === 'failed') {
    return (
      <Button icon="retry" isPending={retry.isPending} onPress={retry.act}>
        Retry from here
      </Button>
    )
  }
  if (!OPEN.has(task.status)) return null
  if (approval.data?.status === 'open') return <Decide approvalId={approvalId} />
  return (
    <div className="row">
      <Button icon="check" onPress={() => setDialog('complete')}>
        Complete …
      </Button>
      <Button icon="cross" onPress={() => setDialog('fail')}>
        Fail …
      </Button>
      <CompleteDialog {...{ task, sessionId, close }} isOpen={dialog === 'complete'} />
      <FailDialog {...{ task, sessionId, close }} isOpen={dialog === 'fail'} />
    </div>
  )
}

function Decide({ approvalId }: { approvalId: string }) {
  const [asks, setAsks] = useState(false)
  return (
    <>
      <Button kind="main" icon="check" onPress={() => setAsks(true)}>
        Decide …
      </Button>
      {asks ? <ApprovalDialog approvalId={approvalId} onClose={() => setAsks(false)} /> : null}
    </>
  )
}

interface DialogProps {
  task: TaskView
  sessionId: string
  isOpen: boolean
  close: () => void
}

function CompleteDialog({ task: { taskId, name }, sessionId, isOpen, close }: DialogProps) {
  const [text, setText] = useState('')
  const parsed = parse(text)
  const complete = useAction(
    `${name} is completed`,
    (client) => client.tasks.complete(taskId, 'value' in parsed ? { result: parsed.value } : {}),
    ['session', sessionId],
  )
  return (
    <PageDialog isOpen={isOpen} title={`Complete ${name}`} onClose={close}>
      <p className="soft">
        The task counts as done with this result. What its agent says later is kept as a late result.
      </p>
      <TextField value={text} onChange={setText} className="field">
        <Label>Result, as JSON</Label>
        <TextArea rows={6} spellCheck={false} placeholder="null" />
      </TextField>
      {'problem' in parsed ? <Notice tone="bad">{parsed.problem}</Notice> : null}
      <div className="row dialog-foot">
        <Button onPress={close}>Leave it</Button>
        <Button
          kind="main"
          isDisabled={'problem' in parsed}
          onPress={() => {
            complete.act()
            close()
          }}
        >
          Complete the task
        </Button>
      </div>
    </PageDialog>
  )
}

function parse(text: string): { value: Json } | { problem: string } {
  if (text.trim() === '') return { value: null }
  try {
    return { value: JSON.parse(text) }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function FailDialog({ task: { taskId, name }, sessionId, isOpen, close }: DialogProps) {
  const [message, setMessage] = useState('')
  const fail = useAction(
    `The attempt at ${name} has failed`,
    (client) => client.tasks.fail(taskId, message.trim() === '' ? {} : { message: message.trim() }),
    ['session', sessionId],
  )
  return (
    <PageDialog isOpen={isOpen} title={`Fail ${name}`} onClose={close}>
      <p className="soft">The attempt fails. The task is tried again where its definition says so.</p>
      <TextField value={message} onChange={setMessage} className="field">
        <Label>Why</Label>
        <TextArea rows={3} maxLength={4096} />
      </TextField>
      <div className="row dialog-foot">
        <Button onPress={close}>Leave it</Button>
        <Button
          kind="danger"
          onPress={() => {
            fail.act()
            close()
          }}
        >
          Fail the attempt
        </Button>
      </div>
    </PageDialog>
  )
}
