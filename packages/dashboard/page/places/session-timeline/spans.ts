/** What a task did when, as stretches of time: milliseconds of the epoch. */
import type { AttemptView, TaskView } from '@opscore/contract'
import type { Tone } from '../../design-system/look.ts'
import { ATTEMPT_LOOKS } from '../../domain/looks.ts'

export interface Span {
  kind: 'waiting' | 'working' | 'back-off' | 'attempts'
  from: number
  /** `null` while it goes on. */
  to: number | null
  tone: Tone
  attempt: number
  word: string
}

/** The stretches of all attempts, in order. Between two of them the task backs off. */
export function spansOf({ attempts, status, updatedAt }: TaskView): Span[] {
  const spans: Span[] = []
  let before: number | null = null
  for (const attempt of attempts) {
    const scheduled = Date.parse(attempt.scheduledAt)
    if (before !== null && scheduled > before) spans.push(backOff(before, scheduled, attempt.attempt))
    spans.push(...spansOfAttempt(attempt, scheduled))
    before = attempt.endedAt === null ? null : Date.parse(attempt.endedAt)
  }
  if (status === 'pending_retry') spans.push(backOff(before ?? Date.parse(updatedAt), null, attempts.length + 1))
  return spans
}

const backOff = (from: number, to: number | null, attempt: number): Span => ({
  ...{ kind: 'back-off', from, to, attempt },
  tone: 'warning',
  word: 'Backing off',
})

function spansOfAttempt(attempt: AttemptView, scheduled: number): Span[] {
  const { dispatchedAt, startedAt, endedAt, status } = attempt
  const sent = dispatchedAt ?? startedAt
  const end = endedAt === null ? null : Date.parse(endedAt)
  const waiting: Span = {
    ...{ kind: 'waiting', from: scheduled, to: sent === null ? end : Date.parse(sent), attempt: attempt.attempt },
    tone: 'calm',
    word: 'Waiting for an agent',
  }
  if (sent === null) return [waiting]
  const { tone, word } = ATTEMPT_LOOKS[status]
  const working: Span = { kind: 'working', from: Date.parse(sent), to: end, tone, attempt: attempt.attempt, word }
  return [waiting, working]
}

/** More attempts than this are not drawn one by one: bars thinner than a pixel say nothing. */
const SHOWN_ATTEMPTS = 6

/** The same, with the attempts before the newest few as one stretch. */
export function foldedSpans(spans: readonly Span[], attempts: number): readonly Span[] {
  if (attempts <= SHOWN_ATTEMPTS) return spans
  const firstShown = attempts - SHOWN_ATTEMPTS + 2
  const [first] = spans
  const rest = spans.filter(({ attempt }) => attempt >= firstShown)
  const end = rest[0]?.from
  if (first === undefined || end === undefined) return spans
  const word = `${firstShown - 1} attempts that came to nothing`
  return [{ kind: 'attempts', from: first.from, to: end, tone: 'warning', attempt: 1, word }, ...rest]
}
