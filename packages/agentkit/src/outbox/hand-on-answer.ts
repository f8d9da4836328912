import type { TaskAnswer } from '@opscore/contract'
import { answerTooLarge, type Log } from '@opscore/host'
import { v7 as uuid } from 'uuid'
import type { Message, Notice } from '../store/records.ts'
import type { Store } from '../store/store.ts'
import { pauseFor } from './deliver.ts'

/** Bytes that Ops-Core's webhook takes, less what stands around a body. */
const NOTICE_LIMIT = 316 * 1024

/** How long to wait before asking a store again that did not take a write, in milliseconds. */
const STORE_PAUSE = 5_000

/**
 * Puts an agent's answer in the place of its message: it is kept until Ops-Core has it, and the agent is not asked again. Where
 * the store does not take it before this process closes, the message stays, and the next process asks the agent again.
 */
export async function handOnAnswer(
  { id, agentId }: Pick<Message, 'id' | 'agentId'>,
  answer: TaskAnswer,
  parts: { store: Store; notify: (notice: Notice) => void; closing: AbortSignal; log: Log },
): Promise<void> {
  const notice = noticeOf(agentId, answer)
  do {
    try {
      const written = await parts.store.write('answerMessage', { id, agentId, notice })
      if (written !== null) parts.notify(written)
      return
    } catch (error) {
      parts.log.error({ agentId, err: error }, 'what an agent answered could not be stored')
    }
  } while (await pauseFor(STORE_PAUSE, parts.closing))
}

/** As text from here on: between threads the digits of large integers would be lost. */
function noticeOf(agentId: string, answer: TaskAnswer): string {
  const about = { event_type: 'RESULT', agentId, delivery_id: uuid() }
  const text = JSON.stringify({ ...about, ...answer })
  if (Buffer.byteLength(text) <= NOTICE_LIMIT) return text
  return JSON.stringify({ ...about, ...answerTooLarge(answer.opscore_task_id) })
}
