/**
 * The inbox: which approvals are open, as records that are written after the session's commit. The session is the truth: a record is
 * written by what it says then, so that an effect that is carried out twice or late comes to the same.
 *
 * Invariant: the session is read after the record, and the record is written only where it stands as it was read. Whoever takes an
 * approval out leaves word of it for a while, so that one who stood still in between does not put it back.
 */
import type { ApprovalSummary, ApprovalView, DecideRequest, Json, Page } from '@opscore/contract'
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import type { InboxEffect } from '../core/effect.ts'
import { fittingValue, invalidPayload } from '../core/session/fitting-value.ts'
import { parseAttemptId } from '../core/session/state.ts'
import type { ApprovalCommands, Decider, ListRequest } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import { FOREVER, type StoredRecord } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { summaryOf } from './approval-record.ts'
import { approvalSummary, approvalView, findApproval } from './approval-view.ts'

/** Somebody else may write the record at the same time. */
const TRIES = 5
/** For how long word is left of an approval that is over: longer than a process may stand still and go on. In milliseconds. */
const OVER = 10 * 60_000

export interface Inbox extends ApprovalCommands {
  /** Writes the approval into the inbox, or takes it out. */
  file(effect: InboxEffect, id: string): Promise<void>
}

export function createInbox({ store, sessions, clock }: { store: Store; sessions: Sessions; clock: Clock }): Inbox {
  async function find(approvalId: string) {
    const sessionId = parseAttemptId(approvalId)?.sessionId
    const running = sessionId === undefined ? null : await sessions.read(sessionId)
    const found = running && findApproval(running, approvalId)
    if (!running || !found) throw new DomainError('APPROVAL_NOT_FOUND', `Approval not found: ${approvalId}`)
    return { running, found, sessionId: running.session.head.sessionId }
  }

  /** `null` where it is over. */
  async function rowOf(sessionId: string, attemptId: string): Promise<Json> {
    // Behind the commit that asked for this, of which the store may know before this process has heard that it is durable.
    const running = await sessions.execute(sessionId, { type: 'wake' })
    const found = running && findApproval(running, attemptId)
    // A summary is plain JSON.
    return running && found?.isOpen ? (approvalSummary(running, attemptId, found) as Json) : null
  }

  async function write(sessionId: string, attemptId: string): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const known = await store.getRecord('approval', attemptId, clock.now())
      const value = await rowOf(sessionId, attemptId)
      const now = clock.now()
      const expiresAt = value === null ? now + OVER : FOREVER
      const record = { kind: 'approval' as const, id: attemptId, expectedVersion: known?.version ?? 0, value }
      if (await store.putRecord({ ...record, expiresAt, now })) return
    }
    throw new Error(`The record of ${attemptId} is written by others again and again`)
  }

  return {
    async file({ sessionId, attemptId }, id) {
      await write(sessionId, attemptId)
      await store.settle([id])
    },
    async approvals({ limit, after }: ListRequest): Promise<Page<ApprovalSummary>> {
      const open: StoredRecord[] = []
      for (let from = after; ; ) {
        const page = { limit: limit - open.length, ...(from === undefined ? {} : { after: from }) }
        const { items, next } = await store.listRecords('approval', clock.now(), page)
        open.push(...items.filter(({ value }) => value !== null))
        if (next !== null && open.length < limit) from = next
        else return { items: open.map(({ value }) => summaryOf(value)), nextCursor: next }
      }
    },
    async approval(approvalId): Promise<ApprovalView> {
      const { running, found } = await find(approvalId)
      return approvalView(running, approvalId, found)
    },
    async decideApproval(approvalId, request: DecideRequest, by: Decider): Promise<ApprovalView> {
      const { running, found, sessionId } = await find(approvalId)
      const { decision, comment = null, contentHash } = request
      if (contentHash !== undefined && contentHash !== approvalView(running, approvalId, found).contentHash) {
        throw new DomainError(
          'STATE_CONFLICT',
          'What is asked about is not what contentHash names: look again, and decide on that',
        )
      }
      const edited = decision === 'edited' ? { content: editedContent(request, found.work.form) } : {}
      const edits = (found.attempt.decisions ?? []).filter((one) => one.decision === 'edited').length
      const looked = contentHash === undefined ? {} : { edits }
      await sessions.execute(sessionId, {
        type: 'decide',
        attemptId: approvalId,
        decision,
        comment,
        by,
        ...edited,
        ...looked,
      })
      const after = await find(approvalId)
      return approvalView(after.running, approvalId, after.found)
    },
  }
}

function editedContent({ content }: DecideRequest, form: ApprovalView['form']): Json {
  if (content === undefined)
    throw invalidPayload('An edit needs its content', [{ path: '/content', message: 'is required' }])
  if (form === null) return content
  return fittingValue(form, content, '/content', 'The content does not fit the form of the approval')
}
