import { wait } from '@opscore/contract/time'
import type { Span } from '../option-value.ts'
import { between, type Random } from './seeded-random.ts'

export interface Faults {
  /** Of all tasks, how many the agent never reports anything of. */
  silenceRate: number
  /** Of all reports, how many go out twice. */
  doubleRate: number
  /** How long a report is held back. */
  delay: Span
  random: Random
}

type Fetch = (url: string, init: RequestInit) => Promise<Response>

const REPORT_PATH = /\/v1\/opscore\/agent\/[^/]+\/state$/

/** `fetch` with a bad line to Ops-Core for state reports; everything else goes through as it is. */
export function faultyReports({ silenceRate, doubleRate, delay, random }: Faults, send: Fetch = fetch): Fetch {
  const verdicts = new Map<string, 'silent' | 'heard'>()

  function verdictOn(taskId: string, isLast: boolean): 'silent' | 'heard' {
    const verdict = verdicts.get(taskId) ?? (random() < silenceRate ? 'silent' : 'heard')
    if (isLast) verdicts.delete(taskId)
    else verdicts.set(taskId, verdict)
    return verdict
  }

  return async (url, init) => {
    if (init.method !== 'POST' || !REPORT_PATH.test(new URL(url).pathname)) return send(url, init)
    const { state, taskId } = readReport(init.body)
    if (taskId !== undefined && verdictOn(taskId, state !== 'active') === 'silent')
      return new Response(null, { status: 202 })
    if (delay.to > 0) await wait(between(random, delay), { signal: init.signal })
    if (random() < doubleRate) await send(url, init)
    return send(url, init)
  }
}

function readReport(body: unknown): { state: string; taskId: string | undefined } {
  const report: { state: string; details: { opscore_task_id?: unknown } | null } = JSON.parse(String(body))
  const taskId = report.details?.opscore_task_id
  return { state: report.state, taskId: typeof taskId === 'string' ? taskId : undefined }
}
