/**
 * The inbox: which approvals are open, as records that are written after the session's commit. The session is the truth: a record is
 * written by what it says then, so that an effect that is carried out twice or late comes to the same.
 */
import type { ApprovalSummary, ApprovalView, DecideRequest, Json, Page } from '@opscore/contract'
import type { Sessions } from '../aggregate/agents-and-sessions.ts'
import { DomainError } from '../core/domain-error.ts'
import type { InboxEffect } from '../core/effect.ts'
import { fittingValue, invalidPayload } from '../core/session/fitting-value.ts'
import { parseAttemptId } from '../core/session/state.ts'
import type { ApprovalCommands, Decider, ListRequest } from '../engine.ts'
import type { Clock } from '../ports/clock.ts'
import { dropRecord, FOREVER } from '../ports/record-store.ts'
import type { Store } from '../ports/store.ts'
import { approvalSummary, approvalView, findApproval } from './approval-view.ts'

/** Somebody else may write the record at the same time. */
const TRIES = 5

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
    const running = await sessions.read(sessionId)
    const found = running && findApproval(running, attemptId)
    // A summary is plain JSON.
    return running && found?.isOpen ? (approvalSummary(running, attemptId, found) as Json) : null
  }

  /** `null` takes it out. */
  async function write(attemptId: string, value: Json): Promise<void> {
    for (let tries = 0; tries < TRIES; tries += 1) {
      const now = clock.now()
      const known = await store.getRecord('approval', attemptId, now)
      if (!known && value === null) return
      const record = { kind: 'approval' as const, id: attemptId, expectedVersion: known?.version ?? 0, now }
      const writing =
        value === null ? dropRecord(store, record) : store.putRecord({ ...record, value, expiresAt: FOREVER })
      if (await writing) return
    }
    throw new Error(`The record of ${attemptId} is written by others again and again`)
  }

  return {
    async file({ sessionId, attemptId }, id) {
      // It may have ended while it was written: then whoever heard of that may have found nothing to take out.
      for (let known = await rowOf(sessionId, attemptId); ; ) {
        await write(attemptId, known)
        const now = await rowOf(sessionId, attemptId)
        if (JSON.stringify(now) === JSON.stringify(known)) break
        known = now
      }
      await store.settle([id])
    },
    async approvals({ limit, after }: ListRequest): Promise<Page<ApprovalSummary>> {
      const page = { limit, ...(after === undefined ? {} : { after }) }
      const { items, next } = await store.listRecords('approval', clock.now(), page)
      // What is stored under this kind was written above.
      return { items: items.map(({ value }) => value as unknown as ApprovalSummary), nextCursor: next }
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
