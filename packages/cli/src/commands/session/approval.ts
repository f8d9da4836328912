import type { ApprovalSummary, ApprovalView, Json } from '@opscore/contract'
import { type ConnectionFlags, connect } from '../../steering/connection.ts'
import { readUpTo } from '../../steering/pages.ts'
import { printList, printOne, type Shape } from '../../steering/print.ts'
import { jsonText } from '../../terminal/data-text.ts'
import type { Terminal } from '../../terminal/terminal.ts'
import type { ReadFlags } from './session.ts'

export type DecisionWord = 'approve' | 'reject' | 'edit'

export interface DecideFlags extends ConnectionFlags {
  comment?: string
  content?: Json
  hash?: string
}

const ROW: Shape<ApprovalSummary> = {
  name: (approval) => approval.approvalId,
  columns: {
    APPROVAL: (approval) => approval.approvalId,
    TITLE: (approval) => approval.title,
    WORKFLOW: (approval) => approval.workflowId,
    SINCE: (approval) => approval.since,
    UNTIL: (approval) => approval.until,
  },
}

const APPROVAL: Shape<ApprovalView> = {
  name: (approval) => approval.approvalId,
  columns: {
    ...ROW.columns,
    STATUS: (approval) => approval.status,
    CONTENT: (approval) => jsonText(approval.content),
    HASH: (approval) => approval.contentHash,
    DECISIONS: ({ decisions }) => decisions.map(({ by, decision }) => `${by.name}: ${decision}`).join(', ') || null,
  },
}

export async function listApprovals(flags: ReadFlags & { limit: number }, terminal: Terminal): Promise<void> {
  const { approvals } = connect(flags)
  await printList(terminal, flags.output, await readUpTo(flags.limit, (page) => approvals.list(page)), ROW)
}

export async function getApproval(approvalId: string, flags: ReadFlags, terminal: Terminal): Promise<void> {
  await printOne(terminal, flags.output, await connect(flags).approvals.get(approvalId), APPROVAL)
}

const DECISIONS = { approve: 'approved', reject: 'rejected', edit: 'edited' } as const

export async function decideApproval(
  approvalId: string,
  word: DecisionWord,
  { comment, content, hash, ...flags }: DecideFlags,
  terminal: Terminal,
): Promise<void> {
  const { status } = await connect(flags).approvals.decide(approvalId, {
    decision: DECISIONS[word],
    ...(content === undefined ? {} : { content }),
    ...(comment === undefined ? {} : { comment }),
    ...(hash === undefined ? {} : { contentHash: hash }),
  })
  terminal.note(
    status === 'open' ? `Noted; others have to agree: ${approvalId}` : `The approval is ${status}: ${approvalId}`,
  )
}
