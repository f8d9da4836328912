import { performance } from 'node:perf_hooks'
import { cutText } from '@opscore/contract/text'
import { wait } from '@opscore/contract/time'
import { type Outbound, type OutboundAnswer, OutboundError, retryAfterOf } from '@opscore/host'
import { type OwnRefusal, readOwnRefusal } from './own-refusal.ts'

/**
 * Why one try got nothing across. `refused` is our own network policy, `status` what the other side answered (`own` where that
 * was Ops-Core itself), `gone` that there is none.
 */
export interface Failure {
  reason: string
  status?: number
  own?: OwnRefusal
  refused?: boolean
  gone?: boolean
  /** The connection failed when the request had gone out: the other side may have it. */
  lost?: boolean
  /** The pause that the answer named, in milliseconds; `null` where it named none. */
  retryAfter?: number | null
}

/** `interrupted`: this process closes, and the row stays in the outbox. */
export type Delivery = { kind: 'delivered' } | { kind: 'gave-up'; failure: Failure } | { kind: 'interrupted' }

/** A `reason` travels in a webhook and in logs. */
const REASON_LENGTH = 1_000

/** One POST of JSON. Nothing but a 2xx is success. */
export async function tryPost(
  outbound: Pick<Outbound, 'request'>,
  request: { url: string; headers: Record<string, string>; body: Buffer; signal: AbortSignal; timeout?: number },
  onSuccess: (answer: OutboundAnswer) => void = () => {},
): Promise<Failure | undefined> {
  try {
    const headers = { 'content-type': 'application/json', ...request.headers }
    const answer = await outbound.request({ ...request, method: 'POST', headers })
    const { status } = answer
    if (status >= 200 && status < 300) {
      onSuccess(answer)
      return undefined
    }
    const own = readOwnRefusal(answer)
    const retryAfter = retryAfterOf(answer.headers)
    return { reason: `it answered ${status}`, status, retryAfter, ...(own === undefined ? {} : { own }) }
  } catch (error) {
    // Whatever it is, it must not end the process: the row is still there at the next start, and would end that too.
    const reason = cutText(error instanceof Error ? error.message : String(error), REASON_LENGTH)
    const kind = error instanceof OutboundError ? error.kind : 'broken'
    return { reason, refused: kind === 'refused', lost: kind === 'broken' || kind === 'timeout' }
  }
}

/**
 * Tries until it is delivered, until a failure `isFinal`, or until the next try would come after `until()` (on the
 * monotonic clock, in milliseconds). `closing` ends the waiting between two tries, never a try.
 */
export async function keepTrying({
  attempt,
  isFinal,
  backOff,
  until,
  closing,
  onFailure,
}: {
  attempt: () => Promise<Failure | undefined>
  isFinal: (failure: Failure) => boolean
  backOff: (failures: number) => number
  until: () => number
  closing: AbortSignal
  onFailure: (failure: Failure, failures: number) => void
}): Promise<Delivery> {
  for (let failures = 1; ; failures += 1) {
    const failure = await attempt()
    if (failure === undefined) return { kind: 'delivered' }
    if (isFinal(failure)) return { kind: 'gave-up', failure }
    const pause = backOff(failures)
    if (performance.now() + pause >= until()) return { kind: 'gave-up', failure }
    onFailure(failure, failures)
    if (!(await pauseFor(pause, closing))) return { kind: 'interrupted' }
  }
}

/** `false` where `signal` was aborted before the time was over. */
export async function pauseFor(milliseconds: number, signal: AbortSignal): Promise<boolean> {
  try {
    await wait(milliseconds, { signal })
    return true
  } catch (error) {
    if (signal.aborted) return false
    throw error
  }
}
