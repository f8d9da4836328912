/** Whoever sends signals and decides in a crash run: they repeat what no answer came to, and ask no twice-answered question. */
import { setTimeout as pause } from 'node:timers/promises'
import type { ApprovalSummary } from '@opscore/contract'
import type { ApiClient } from './api-client.ts'
import { MAIL } from './scripted-work.ts'

/** Sent twice under one id, as by a mail server that had no answer: it counts once. */
export async function sendMail(api: ApiClient, sessionId: string, key: string): Promise<void> {
  for (const _ of ['once', 'again']) {
    const body = { name: MAIL, id: `mail-${key}`, payload: { text: key } }
    const { status } = await api.insist('POST', `/v1/opscore/session/${sessionId}/signal`, body)
    if (status !== 202) throw new Error(`The signal answered ${status}`)
  }
}

/** Approves what is asked, over and over, until told to stop; returns what was answered otherwise than it may be. */
export async function approveAll(api: ApiClient, stop: AbortSignal): Promise<string[]> {
  const strange: string[] = []
  while (!stop.aborted) {
    for (const { approvalId } of await api.all<ApprovalSummary>('/v1/opscore/approval')) {
      const path = `/v1/opscore/approval/${approvalId}/decide`
      const { status } = await api.insist('POST', path, { decision: 'approved' })
      // 409: the decision before counted, its answer was lost or the inbox did not know of it yet.
      if (status !== 200 && status !== 409) strange.push(`deciding on ${approvalId} answered ${status}`)
    }
    await pause(100)
  }
  return strange
}
