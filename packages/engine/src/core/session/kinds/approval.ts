/**
 * An approval: people decide on the content that they were shown. Approved, rejected, edited and expired are never told as one another;
 * a decision counts once, and whoever comes later is told who decided.
 */
import type { Approvers, Json } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'
import { type ApprovalWork, evaluateTemplate } from '@opscore/workflow'
import { rootsOf } from '../roots.ts'
import type { AttemptState, Decided } from '../state.ts'
import type { Step } from '../step.ts'
import type { WorkOutcome } from './work-outcome.ts'

export function beginApproval(step: Step, work: ApprovalWork): WorkOutcome {
  const title = evaluateTemplate(work.title, rootsOf(step.state))
  if (!title.ok) return { is: 'failed', error: { code: 'TEMPLATE_ERROR', message: `title: ${title.message}` } }
  const text = typeof title.value === 'string' ? title.value : JSON.stringify(title.value)
  const until = work.timeout === null ? null : step.context.now + work.timeout
  return { is: 'waiting', waiting: { until, title: cutText(text, TITLE) } }
}

/** Characters of a title. */
const TITLE = 1_024

/** Its time is over. */
export function expireApproval(step: Step, work: ApprovalWork, attempt: AttemptState, asked: Json): WorkOutcome {
  const decisions = attempt.decisions ?? []
  const content = contentOf(attempt, asked)
  switch (work.onExpiry) {
    case 'approve':
      return { is: 'completed', result: resultOf({ decision: 'expired', treatedAs: 'approved', content, decisions }) }
    case 'reject':
      return work.onReject === 'fail'
        ? rejected('Nobody approved it in time')
        : {
            is: 'completed',
            result: resultOf({ decision: 'expired', treatedAs: 'rejected', content, decisions }),
          }
    case 'escalate':
      if (attempt.escalatedAt === undefined) {
        return { is: 'escalated', until: work.timeout === null ? null : step.context.now + work.timeout }
      }
      return expired
    case 'fail':
      return expired
  }
}

const expired: WorkOutcome = { is: 'failed', error: { code: 'APPROVAL_EXPIRED', message: 'Nobody decided in time' } }

const rejected = (message: string): WorkOutcome => ({ is: 'failed', error: { code: 'APPROVAL_REJECTED', message } })

/** What the decisions so far come to; `null` where more are needed. */
export function outcomeOf(work: ApprovalWork, attempt: AttemptState, content: Json): WorkOutcome | null {
  const decisions = attempt.decisions ?? []
  const last = decisions.at(-1)
  if (!last) return null
  if (last.decision === 'rejected') {
    const said = last.comment === null ? '' : `: ${last.comment}`
    if (work.onReject === 'fail') return rejected(`${last.by.name} rejected it${said}`)
    return { is: 'completed', result: resultOf({ decision: 'rejected', content, decisions }) }
  }
  if (agreed(decisions) < (approversOf(work, attempt).count ?? 1)) return null
  const decision = decisions.some((one) => one.decision === 'edited') ? 'edited' : 'approved'
  return { is: 'completed', result: resultOf({ decision, content: contentOf(attempt, content), decisions }) }
}

/** Of different keys. */
const agreed = (decisions: readonly Decided[]): number => new Set(standing(decisions).map(({ by }) => by.keyId)).size

/** The decisions on the content as it stands: who edits it agrees to that, and those before agreed to something else. */
export function standing(decisions: readonly Decided[]): readonly Decided[] {
  return decisions.slice(
    Math.max(
      0,
      decisions.findLastIndex(({ decision }) => decision === 'edited'),
    ),
  )
}

/** What is asked about, as it was edited last. */
export function contentOf(attempt: AttemptState, content: Json): Json {
  const edited = attempt.decisions?.findLast(({ decision }) => decision === 'edited')
  return edited?.content === undefined ? content : edited.content
}

export const approversOf = (work: ApprovalWork, attempt: AttemptState): Approvers =>
  attempt.escalatedAt === undefined ? work.approvers : (work.escalateTo ?? work.approvers)

/** A result that is plain JSON. */
const resultOf = (result: object): Json => JSON.parse(JSON.stringify(result))
