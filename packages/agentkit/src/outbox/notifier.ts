import { type Log, type Outbound, signWebhook } from '@opscore/host'
import type { Notice } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { createBackOff } from './back-off.ts'
import { type Delivery, keepTrying, tryPost } from './deliver.ts'
import type { Outstanding } from './outstanding.ts'
import type { Undertakings } from './undertakings.ts'

export interface Notifier {
  /** Sends what was committed; returns at once. */
  send(notice: Notice): void
}

export interface NotifierOptions {
  url: string
  secret: string | undefined
  outbound: Outbound
  store: Store
  outstanding: Outstanding
  undertakings: Undertakings
  log: Log
}

/** Answers that another try may change: a clock or a secret that is put right, a server that was busy. */
const PASSING_STATUS = new Set([401, 408, 429])

const backOff = createBackOff({ initial: 500, maximum: 30_000 })

/**
 * Tells Ops-Core, at least once, for as long as it takes. Owns one lane per agent:
 * 1. A lane's notices go out one at a time, in the order of their ids: a REGISTER never overtakes an older DEREGISTER.
 * 2. Lanes do not wait for each other; the outbound bounds how many go out at once.
 * 3. A REGISTER that waits behind another notice is dropped for a newer REGISTER right after it, which says more.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { store, outstanding, undertakings, log } = options
  const lanes = new Map<string, Notice[]>()

  function forget(notice: Notice): void {
    store.settle('notices', notice.id)
    outstanding.remove(notice.agentId, notice.body.length)
  }

  async function empty(agentId: string, lane: Notice[], cutOff: AbortSignal): Promise<void> {
    for (let head = lane[0]; head !== undefined; head = lane[0]) {
      const delivery = await deliver(head, options, cutOff)
      if (delivery.kind === 'interrupted') return
      if (delivery.kind === 'gave-up') {
        const { eventType } = head
        log.error({ agentId, eventType, reason: delivery.failure.reason }, 'Ops-Core refuses this notice: given up')
      }
      forget(head)
      lane.shift()
    }
    lanes.delete(agentId)
  }

  return {
    send(notice) {
      const { agentId, eventType, body } = notice
      outstanding.add(agentId, body.length)
      const lane = lanes.get(agentId)
      if (lane === undefined) {
        const started = [notice]
        lanes.set(agentId, started)
        return undertakings.start((cutOff) => empty(agentId, started, cutOff))
      }
      // The head may be on its way; only what is behind it can be taken back.
      if (eventType === 'REGISTER' && lane.length > 1 && lane.at(-1)?.eventType === 'REGISTER') {
        for (const superseded of lane.splice(-1)) forget(superseded)
      }
      lane.push(notice)
    },
  }
}

function deliver(notice: Notice, options: NotifierOptions, cutOff: AbortSignal): Promise<Delivery> {
  const { url, secret, outbound, undertakings, log } = options
  const { agentId, eventType } = notice
  const body = Buffer.from(notice.body)
  return keepTrying({
    attempt: () => tryPost(outbound, { url, headers: signNow(secret, body), body, signal: cutOff }),
    isFinal: ({ status = 0 }) => status >= 400 && status < 500 && !PASSING_STATUS.has(status),
    backOff,
    until: Number.POSITIVE_INFINITY,
    closing: undertakings.closing,
    onFailure({ reason }, failures) {
      const level = failures === 1 ? 'warn' : 'debug'
      log[level]({ agentId, eventType, reason, failures }, 'Ops-Core did not take a notice: it is sent until it does')
    },
  })
}

/** Signed anew for each try: the timestamp is good for 300 s only (wire contract, webhook). */
function signNow(secret: string | undefined, body: Buffer): Record<string, string> {
  if (secret === undefined) return {}
  const timestamp = String(Math.floor(Date.now() / 1000))
  return { 'x-agentkit-timestamp': timestamp, 'x-agentkit-signature': signWebhook({ secret, timestamp, body }) }
}
