/** What the inbox keeps of an approval: its summary as it is listed. */
import type { ApprovalSummary, Json } from '@opscore/contract'

// What is stored under this kind is written by the inbox.
export const summaryOf = (value: Json): ApprovalSummary => value as unknown as ApprovalSummary

export function openApprovalOf(value: Json) {
  const { approvalId, taskId, since, title } = summaryOf(value)
  return { approvalId, taskId, since: Date.parse(since), title }
}
