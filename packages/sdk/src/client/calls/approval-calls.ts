import type { ApprovalSummary, ApprovalView, DecideRequest, Page } from '@opscore/contract'
import type { CallOptions, Transport } from '../transport.ts'
import type { PageOptions } from './agent-calls.ts'

export type ApprovalCalls = ReturnType<typeof approvalCalls>

/** What people are asked, and what they say. */
export function approvalCalls(transport: Transport) {
  const path = ['v1', 'opscore', 'approval']
  const at = (approvalId: string) => [...path, approvalId]
  return {
    /** Those that are open, in the order in which their sessions began. */
    list({ signal, ...query }: PageOptions = {}): Promise<Page<ApprovalSummary>> {
      return transport.request({ method: 'GET', path, query, signal })
    },
    /** With content, form and decisions; also once it is over. */
    get(approvalId: string, { signal }: CallOptions = {}): Promise<ApprovalView> {
      return transport.request({ method: 'GET', path: at(approvalId), signal })
    },
    /** Not repeated by itself: where the answer is lost, `get` says what was decided. `contentHash` ties it to what was looked at. */
    decide(approvalId: string, request: DecideRequest, { signal }: CallOptions = {}): Promise<ApprovalView> {
      return transport.request({ method: 'POST', path: [...at(approvalId), 'decide'], body: request, signal })
    },
  }
}
