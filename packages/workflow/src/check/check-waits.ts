/** What waits: for signals that are declared, and no longer than its session lasts. */
import { didYouMean } from '@opscore/contract'
import type { Draft } from '../compile/definition-draft.ts'
import { type ProblemList, pointer } from './problem-list.ts'

export function checkWaits({ workflow, tasks }: Draft, problems: ProblemList): void {
  const { signals, timeout } = workflow
  for (const { task, path } of tasks) {
    const { work } = task
    if (work?.kind !== 'wait' && work?.kind !== 'approval') continue
    const longest = Math.max(work.timeout ?? 0, work.kind === 'wait' ? (work.for ?? 0) : 0)
    if (longest >= timeout) {
      const field = work.kind === 'wait' && work.for !== null ? 'for' : 'timeout'
      problems.warn(
        pointer(path, field),
        `"${field}" is not shorter than the session's "timeout", ${timeout / 1_000} s`,
      )
    }
    if (work.kind !== 'wait' || signals === undefined) continue
    for (const name of work.signals.filter((signal) => !Object.hasOwn(signals, signal))) {
      const field = work.anyOf ? 'signals' : 'signal'
      problems.error(
        pointer(path, field),
        () => `There is no signal "${name}" in "signals"${didYouMean(name, Object.keys(signals))}`,
      )
    }
  }
}
