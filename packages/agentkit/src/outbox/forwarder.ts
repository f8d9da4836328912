import { performance } from 'node:perf_hooks'
import type { TaskAnswer } from '@opscore/contract'
import { isWantOfRoom, type Log, type Outbound, type OutboundAnswer, readTaskAnswer } from '@opscore/host'
import { v7 as uuid } from 'uuid'
import { agentNotFound } from '../agent-registry.ts'
import type { Abandonment, Message, Notice } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { createBackOff } from './back-off.ts'
import { type Delivery, type Failure, keepTrying, pauseFor, tryPost } from './deliver.ts'
import { handOnAnswer } from './hand-on-answer.ts'
import type { Outstanding } from './outstanding.ts'
import type { Undertakings } from './undertakings.ts'

export interface Forwarder {
  /**
   * Resolves once the message is on disk; forwarding it goes on by itself. Throws `RATE_LIMITED` and `OVERLOADED` where
   * too much is waiting, `AGENT_NOT_FOUND` where the agent was removed in the meantime.
   */
  accept(draft: Omit<Message, 'id'>): Promise<void>
  /** Forwards what an earlier process accepted. */
  resume(message: Message): void
}

export interface ForwarderOptions {
  /** `undefined` where the agent was removed: its messages went with it. */
  endpointOf: (agentId: string) => string | undefined
  /** Takes the notice that a message was given up; absent where nobody is to be told. */
  notify: ((notice: Notice) => void) | undefined
  /** Whether the agent declares that it may answer a task with its result. */
  mayAnswer: (agentId: string) => boolean
  outbound: Outbound
  /** For one that may answer. */
  patientFor: (agentId: string) => Pick<Outbound, 'request'>
  store: Store
  outstanding: Outstanding
  undertakings: Undertakings
  log: Log
}

/**
 * The wire contract: forwarded for 30 s at most. They count from acceptance, or from this process's start. An agent that may
 * answer with its result, and may have the message, is waited for and asked again until the deadline.
 */
const WINDOW = 30_000

/** How long to wait before asking a store again that did not take a write, in milliseconds. */
const STORE_PAUSE = 5_000

const PASSING_STATUS = new Set([408, 425, 429])

const backOff = createBackOff({ initial: 200, maximum: 5_000 })

/** Sends messages to agents, at least once each and independent of each other, or says that it gave up. */
export function createForwarder(options: ForwarderOptions): Forwarder {
  const { store, outstanding, undertakings } = options

  async function forward(message: Message, times: Times, cutOff: AbortSignal): Promise<void> {
    let answer: TaskAnswer | undefined
    const onAnswer = (got: OutboundAnswer) => {
      if (times.answers && message.taskId !== null) answer = readTaskAnswer(got, message.taskId)
    }
    const delivery = await deliver(message, times, options, cutOff, onAnswer)
    if (delivery.kind === 'interrupted') return
    if (delivery.kind === 'gave-up') await giveUp(message, delivery.failure, options)
    else if (answer && options.notify)
      await handOnAnswer(message, answer, { ...options, closing: undertakings.closing, notify: options.notify })
    else store.settle('messages', message.id)
    outstanding.remove(message.agentId, message.body.byteLength)
  }

  function send(message: Message): void {
    const { agentId, deadline, taskId, body } = message
    const left = deadline === null ? WINDOW : Math.max(0, deadline - Date.now())
    const answers = options.notify !== undefined && taskId !== null && options.mayAnswer(agentId) && isTask(body)
    const window = Math.min(WINDOW, left)
    // A late answer gives the agent's slot back, which is kept as long again.
    const times = { answers, window, left, limit: answers ? 2 * left : window }
    undertakings.start((cutOff) => forward(message, times, cutOff), times.limit)
  }

  return {
    async accept(draft) {
      const { agentId, body } = draft
      outstanding.assertRoom(agentId, body.byteLength)
      outstanding.add(agentId, body.byteLength)
      try {
        const id = await store.write('acceptMessage', draft)
        if (id === null) throw agentNotFound(agentId)
        send({ ...draft, id })
      } catch (error) {
        outstanding.remove(agentId, body.byteLength)
        throw error
      }
    },
    resume(message) {
      outstanding.add(message.agentId, message.body.byteLength)
      send(message)
    },
  }
}

/** In milliseconds, from the start of forwarding. */
interface Times {
  /** The agent may answer with its result. */
  answers: boolean
  /** How long it is tried where nobody has the message. */
  window: number
  /** Until the deadline. */
  left: number
  /** How long a try may take. */
  limit: number
}

function deliver(
  message: Message,
  { answers, window, left, limit }: Times,
  { endpointOf, notify, outbound, patientFor, undertakings, log }: ForwarderOptions,
  cutOff: AbortSignal,
  onAnswer: (answer: OutboundAnswer) => void,
): Promise<Delivery> {
  const began = performance.now()
  /** It may have the message. */
  let mayHaveIt = false
  const { id, agentId, idempotencyKey, body } = message
  const request = { headers: { 'idempotency-key': idempotencyKey }, body: asBuffer(body), signal: cutOff }
  const attempt = async (): Promise<Failure | undefined> => {
    const url = endpointOf(agentId)
    if (url === undefined) return { reason: 'the agent was removed', gone: true }
    if (limit <= 0) return { reason: 'its deadline is over' }
    if (!answers) return tryPost(outbound, { ...request, url })
    const timeout = Math.max(1, began + limit - performance.now())
    const failure = await tryPost(patientFor(agentId), { ...request, url, timeout }, onAnswer)
    mayHaveIt ||= failure?.lost === true
    return failure
  }
  return keepTrying({
    attempt,
    isFinal: (failure) =>
      failure.gone === true || isRefusal(failure) || (notify !== undefined && isForAnother(message, failure)),
    backOff,
    until: () => began + (answers && mayHaveIt ? left : window),
    closing: undertakings.closing,
    onFailure: ({ reason }) => log.debug({ agentId, messageId: id, reason }, 'the agent did not take a message'),
  })
}

/** The same message would be refused again, by whatever way it came. */
const isRefusal = ({ status = 0, refused = false }: Failure): boolean =>
  refused || (status >= 300 && status < 500 && !PASSING_STATUS.has(status))

/** Ops-Core has somebody else for a task that its agent has no room for; any other message has nobody but this agent. */
function isForAnother({ taskId, body }: Message, { status = 0 }: Failure): boolean {
  return taskId !== null && isWantOfRoom(status) && isTask(body)
}

function isTask(body: Uint8Array): boolean {
  const message: unknown = JSON.parse(asBuffer(body).toString('utf8'))
  return (
    typeof message === 'object' &&
    message !== null &&
    'messageType' in message &&
    message.messageType === 'workflow_task'
  )
}

/** As the webhook tells it; a refusal for want of room costs the task no attempt. */
function outcomeOf(message: Message, failure: Failure): Abandonment {
  const reason = `The message was not delivered: ${failure.reason}`
  const outcome = { reason, retryable: !isRefusal(failure), reached: failure.status !== undefined }
  if (!isForAnother(message, failure)) return outcome
  const { retryAfter = null } = failure
  return { ...outcome, refused: true, retryAfter: retryAfter === null ? null : retryAfter / 1000 }
}

async function giveUp(given: Message, failure: Failure, options: ForwarderOptions): Promise<void> {
  const { store, notify, undertakings, log } = options
  const { body: _, ...message } = given
  const { agentId, taskId } = message
  const outcome = outcomeOf(given, failure)
  const { reason } = outcome
  log.warn({ agentId, taskId, reason }, 'forwarding a message was given up')
  const deliveryId = notify === undefined ? null : uuid()
  do {
    try {
      const notice = await store.write('abandonMessage', { message, outcome, deliveryId })
      if (notice !== null) notify?.(notice)
      return
    } catch (error) {
      log.error({ agentId, taskId, err: error }, 'that a message was given up could not be stored')
    }
  } while (await pauseFor(STORE_PAUSE, undertakings.closing))
}

/** The same bytes: what came back from the database or through a thread is a plain array. */
function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
