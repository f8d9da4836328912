import type { ApprovalView, Approvers } from '@opscore/contract'
import type { StatusLook } from '../../design-system/look.ts'

export const APPROVAL_LOOKS: Record<ApprovalView['status'], StatusLook> = {
  open: { word: 'Open', shape: 'waiting', tone: 'warning' },
  approved: { word: 'Approved', shape: 'done', tone: 'good' },
  rejected: { word: 'Rejected', shape: 'failed', tone: 'bad' },
  edited: { word: 'Approved as edited', shape: 'done', tone: 'good' },
  expired: { word: 'Expired', shape: 'late', tone: 'warning' },
  cancelled: { word: 'Cancelled', shape: 'cancelled', tone: 'calm' },
}

/** Who may decide, in words. */
export function approversText({ count, keys, scopes }: Approvers): string {
  const who = keys ? `of ${keys.join(', ')}` : scopes ? `with the scope ${scopes.join(' or ')}` : 'who may approve'
  return count === undefined || count === 1 ? `one ${who}` : `${count} ${who}`
}
