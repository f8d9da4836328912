import type { Announcement } from '@opscore/contract'
import { type Log, type Outbound, signWebhook } from '@opscore/host'
import type { Notice } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { type Announcements, createAnnouncements } from './announcements.ts'
import { createBackOff } from './back-off.ts'
import { type Delivery, type Failure, keepTrying, tryPost } from './deliver.ts'
import type { Outstanding } from './outstanding.ts'
import type { Undertakings } from './undertakings.ts'

export interface Notifier {
  /** Sends what was committed; returns at once. */
  send(notice: Notice): void
  /** What stands between an agent and Ops-Core; `undefined` where nothing does. */
  announcementOf(agentId: string): Announcement | undefined
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

/** Its own answers that another try may change: a clock or a secret that is put right, a server that was busy. */
const PASSING_STATUS = new Set([401, 408, 429])

const backOff = createBackOff({ initial: 500, maximum: 30_000 })

interface Lane {
  notices: Notice[]
  /** Set while the first one was answered by something that is not Ops-Core: ends the waiting for its next try. */
  giveWay: AbortController | undefined
}

/**
 * Tells Ops-Core, at least once, for as long as it takes. Owns one lane per agent, and one for each result, which waits for none:
 * 1. A lane's notices go out one at a time, in the order of their ids: a REGISTER never overtakes an older DEREGISTER.
 * 2. Lanes do not wait for each other; the outbound bounds how many go out at once.
 * 3. A REGISTER that waits behind another notice is dropped for a newer REGISTER right after it, which says more. So is one
 *    that something in front of Ops-Core refuses, as it may be for its size.
 * 4. Only Ops-Core's own refusal ends a notice. A refused REGISTER is kept with it until the agent registers again or
 *    goes, and is sent once more by the next process, as settings may have been put right.
 */
export function createNotifier(options: NotifierOptions): Notifier {
  const { store, outstanding, undertakings, log } = options
  const lanes = new Map<string, Lane>()
  const announcements = createAnnouncements()

  function forget(notice: Notice): void {
    store.settle('notices', notice.id)
    outstanding.remove(notice.agentId, notice.body.length)
  }

  async function giveUp(notice: Notice, { own, reason, status = 0 }: Failure): Promise<void> {
    const { id, agentId, eventType } = notice
    const refusal = { status, code: own?.code ?? '', reason: own?.reason ?? reason, since: new Date().toISOString() }
    log.error(
      { agentId, eventType, status, code: own?.code, reason: refusal.reason },
      'Ops-Core refuses this notice: given up',
    )
    if (eventType !== 'REGISTER') {
      if (eventType === 'DEREGISTER') announcements.settled(agentId)
      return forget(notice)
    }
    announcements.refused(agentId, refusal)
    outstanding.remove(agentId, notice.body.length)
    try {
      await store.write('refuseNotice', { id, refusal })
    } catch (error) {
      log.error({ agentId, err: error }, 'that Ops-Core refuses an agent could not be stored')
    }
  }

  async function empty(laneId: string, lane: Lane, cutOff: AbortSignal): Promise<void> {
    for (let head = lane.notices[0]; head !== undefined; head = lane.notices[0]) {
      const { agentId } = head
      const delivery = await deliver(head, lane, { ...options, announcements }, cutOff)
      lane.giveWay = undefined
      if (delivery.kind === 'interrupted' && undertakings.closing.aborted) return
      if (delivery.kind === 'gave-up') await giveUp(head, delivery.failure)
      else {
        if (head.eventType === 'REGISTER' || head.eventType === 'DEREGISTER') announcements.settled(agentId)
        forget(head)
      }
      lane.notices.shift()
    }
    lanes.delete(laneId)
  }

  return {
    send(notice) {
      const { id, agentId, eventType, body } = notice
      outstanding.add(agentId, body.length)
      const laneId = eventType === 'RESULT' ? `result ${id}` : `agent ${agentId}`
      const lane = lanes.get(laneId)
      if (lane === undefined) {
        const started: Lane = { notices: [notice], giveWay: undefined }
        lanes.set(laneId, started)
        return undertakings.start((cutOff) => empty(laneId, started, cutOff))
      }
      const { notices, giveWay } = lane
      if (eventType === 'REGISTER' && notices.at(-1)?.eventType === 'REGISTER') {
        // The head may be on its way; only what is behind it can be taken back.
        if (notices.length > 1) for (const superseded of notices.splice(-1)) forget(superseded)
        else giveWay?.abort()
      }
      notices.push(notice)
    },
    announcementOf: announcements.of,
  }
}

async function deliver(
  notice: Notice,
  lane: Lane,
  { url, secret, outbound, undertakings, log, announcements }: NotifierOptions & { announcements: Announcements },
  cutOff: AbortSignal,
): Promise<Delivery> {
  const { agentId, eventType } = notice
  const body = Buffer.from(notice.body)
  const began = new Date().toISOString()
  const stop = new AbortController()
  const close = () => stop.abort()
  undertakings.closing.addEventListener('abort', close, { once: true })
  if (undertakings.closing.aborted) close()
  const delivery = await keepTrying({
    attempt: () => tryPost(outbound, { url, headers: signNow(secret, body), body, signal: cutOff }),
    isFinal: ({ own, status = 0 }) => own !== undefined && status >= 400 && status < 500 && !PASSING_STATUS.has(status),
    backOff,
    until: () => Number.POSITIVE_INFINITY,
    closing: stop.signal,
    onFailure({ reason, status = 0, own }, failures) {
      if (own === undefined && status >= 400 && status < 500) lane.giveWay = stop
      if (eventType === 'REGISTER')
        announcements.waits(agentId, { failures, reason: own?.reason ?? reason, since: began })
      const level = failures === 1 ? 'warn' : 'debug'
      log[level]({ agentId, eventType, reason, failures }, 'Ops-Core did not take a notice: it is sent until it does')
    },
  })
  undertakings.closing.removeEventListener('abort', close)
  return delivery
}

/** Signed anew for each try: the timestamp is good for 300 s only (wire contract, webhook). */
function signNow(secret: string | undefined, body: Buffer): Record<string, string> {
  if (secret === undefined) return {}
  const timestamp = String(Math.floor(Date.now() / 1000))
  return { 'x-agentkit-timestamp': timestamp, 'x-agentkit-signature': signWebhook({ secret, timestamp, body }) }
}
