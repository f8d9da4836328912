import type { Progress } from '@opscore/contract'
import { cutText } from '@opscore/contract/text'
import { wait } from '@opscore/contract/time'
import { OpsCoreError } from '../../client/ops-core-error.ts'
import type { AgentLog } from '../agent-log.ts'
import { TaskAborted, type TaskProgress } from './task.ts'
import { printThrown } from './thrown-value.ts'

/** Between two heartbeats of a task, in milliseconds: Ops-Core takes 20 calls a second of an agent, its reports among them. */
const SPACING = 250

/** What Ops-Core takes of a progress text. */
const MAX_TEXT_LENGTH = 1_024

/**
 * A task's heartbeats: sent one at a time and no oftener than is of use, the newest progress for those in between. One
 * that is lost is made good by the next. When Ops-Core says that the attempt is over, the task is aborted.
 */
export function createTaskPulse(options: {
  send: (progress: Progress | undefined, signal: AbortSignal) => Promise<unknown>
  abort: (reason: TaskAborted) => void
  log: AgentLog
}): { beat(progress?: TaskProgress): void; stop(): void } {
  const { send, abort, log } = options
  const life = new AbortController()
  let waiting: { progress: Progress | undefined } | undefined
  let beating = false

  async function beatOn(): Promise<void> {
    beating = true
    while (waiting && !life.signal.aborted) {
      const { progress } = waiting
      waiting = undefined
      try {
        await send(progress, life.signal)
      } catch (error) {
        if (life.signal.aborted) return
        if (error instanceof OpsCoreError && error.code === 'STATE_CONFLICT') {
          return abort(new TaskAborted('ATTEMPT_OVER', 'Ops-Core has given the attempt up.'))
        }
        log.warn({ error: String(error) }, 'heartbeat not taken')
      }
      await wait(SPACING, { signal: life.signal }).catch(() => {})
    }
    beating = false
  }

  /** `undefined` for none, and for what cannot be read: a heartbeat says before all that the task is worked on. */
  function read(progress: TaskProgress | undefined): Progress | undefined {
    try {
      return progress ? toWire(progress) : undefined
    } catch (thrown) {
      log.warn({ error: printThrown(thrown) }, 'progress cannot be read')
      return undefined
    }
  }

  return {
    beat(progress) {
      waiting = { progress: read(progress) ?? waiting?.progress }
      if (!beating) void beatOn()
    },
    stop: () => life.abort(),
  }
}

function toWire({ fraction, text }: { [field in keyof TaskProgress]: unknown }): Progress {
  return {
    fraction: typeof fraction === 'number' && !Number.isNaN(fraction) ? Math.min(1, Math.max(0, fraction)) : null,
    text: text === undefined || text === null ? null : cutText(String(text), MAX_TEXT_LENGTH),
  }
}
