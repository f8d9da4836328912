import type { ApprovalView, DecideRequest, Json } from '@opscore/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { useToast } from '../../design-system/toast.tsx'
import { Payload } from '../../domain/payload.tsx'
import { type EditedContent, useContent } from './use-content.tsx'

type Decided = DecideRequest['decision']

const SAID: Record<Decided, string> = {
  approved: 'It is approved',
  rejected: 'It is rejected',
  edited: 'It is approved as edited',
}

interface Props {
  approval: ApprovalView
  onDone: () => void
}

/** Approves, rejects or edits what was looked at, and nothing else: another content than this one is refused. */
export function DecideForm({ approval, onDone }: Props) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const say = useToast()
  const [comment, setComment] = useState('')
  const [edits, setEdits] = useState(false)
  const content = useContent(approval)
  const { approvalId, contentHash } = approval
  const decide = useMutation({
    mutationFn: (request: DecideRequest) => client.approvals.decide(approvalId, request),
    onSuccess({ status }, { decision }) {
      say('good', status === 'open' ? `${SAID[decision]} by you, and others have to agree` : SAID[decision])
      onDone()
    },
    // Also where it was refused: somebody else may have decided meanwhile.
    onSettled: () =>
      Promise.all(
        ['approval', 'approvals', 'attention'].map((name) => queries.invalidateQueries({ queryKey: [name] })),
      ),
  })
  const send = (decision: Decided, changed: { content?: Json } = {}) => {
    const said = comment.trim() === '' ? {} : { comment: comment.trim() }
    decide.mutate({ decision, contentHash, ...said, ...changed })
  }
  return (
    <div className="stack">
      <Content {...{ approval, edits, content }} onEdit={() => setEdits(true)} />
      <TextField value={comment} onChange={setComment} className="field">
        <Label>Comment, kept with the decision</Label>
        <TextArea rows={2} maxLength={4096} />
      </TextField>
      {decide.isError ? <Notice tone="bad">{problemOf(decide.error).detail}</Notice> : null}
      <div className="row dialog-foot">
        <Button kind="danger" icon="cross" isDisabled={decide.isPending} onPress={() => send('rejected')}>
          Reject
        </Button>
        {edits ? (
          <Button
            kind="main"
            icon="check"
            isPending={decide.isPending}
            onPress={() => {
              const value = content.read()
              if (value !== undefined) send('edited', { content: value })
            }}
          >
            Approve as edited
          </Button>
        ) : (
          <Button kind="main" icon="check" isPending={decide.isPending} onPress={() => send('approved')}>
            Approve
          </Button>
        )}
      </div>
    </div>
  )
}

interface ContentProps {
  approval: ApprovalView
  edits: boolean
  content: EditedContent
  onEdit: () => void
}

function Content({ approval: { approvalId, content: value }, edits, content, onEdit }: ContentProps) {
  const shown = useMemo(
    () => <Payload name="Content" value={value} fileName={`${approvalId}.json`} />,
    [value, approvalId],
  )
  if (edits) return content.form
  return (
    <>
      {shown}
      <div className="row">
        <Button kind="quiet" onPress={onEdit}>
          Change the content
        </Button>
      </div>
    </>
  )
}
