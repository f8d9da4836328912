import { isDeepStrictEqual } from 'node:util'
import type { Json } from '@opscore/contract'
import { milliseconds } from './play-agents.ts'
import type { PathStep, SessionRun } from './session-run.ts'
import type { Expectation, ExpectedStep } from './workflow-case.ts'

/** What did not come as expected; `of` is the name of the expectation. */
export interface Difference {
  of: string
  expected: Json
  actual: Json
}

/** Everything in which the run is not as expected. What the expectation does not name is not compared. */
export function compareRun(expected: Expectation, run: SessionRun): Difference[] {
  const differences: Difference[] = []
  function compare(of: string, wanted: Json | undefined, actual: Json): void {
    if (wanted !== undefined && !isDeepStrictEqual(wanted, actual)) differences.push({ of, expected: wanted, actual })
  }
  compare('status', expected.status, run.status)
  compare('error', expected.error, run.error?.code ?? null)
  compare('result', expected.result, run.result)
  compare('path', expected.path?.map(expectedStep), run.path.map(actualStep))
  const { within } = expected
  if (within !== undefined && run.duration > milliseconds(within)) {
    differences.push({ of: 'within', expected: within, actual: `${run.duration}ms` })
  }
  return differences
}

/** Steps are compared, and shown, as one line each: `fetch completed, 2 attempts`. */
function expectedStep(step: string | ExpectedStep): string {
  if (typeof step === 'string') return line(step, 'completed', 1)
  const { task, status = 'completed', attempts = status === 'skipped' ? 0 : 1 } = step
  return line(task, status, attempts)
}

const actualStep = ({ task, status, attempts }: PathStep): string => line(task, status, attempts.length)

function line(task: string, status: string, attempts: number): string {
  if (attempts === 0) return `${task} ${status}`
  return `${task} ${status}, ${attempts} ${attempts === 1 ? 'attempt' : 'attempts'}`
}
