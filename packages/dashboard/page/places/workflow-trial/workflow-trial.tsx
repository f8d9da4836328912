import './trial.css'
import type { Json } from '@opscore/contract'
import type { PathStep, SessionRun, Tried } from '@opscore/engine/trial'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import type { Checker } from '../../checker/create-checker.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { spanText } from '../../design-system/time.tsx'
import { SESSION_LOOKS, TASK_LOOKS } from '../../domain/looks.ts'
import { Payload } from '../../domain/payload.tsx'
import { ProblemList } from '../workflows/problem-list.tsx'

const FIRST = JSON.stringify({ input: {}, tasks: { '*': { takes: '2s', result: {} } } }, null, 2)

/**
 * Runs the definition against agents that do what is written, in virtual time, in this browser: nothing is stored, no agent hears of it, and hours
 * take no time.
 */
export function WorkflowTrial({ checker, text, isDraft }: { checker: Checker; text: string; isDraft: boolean }) {
  const [written, setWritten] = useState(FIRST)
  const run = useMutation({
    mutationFn: async (): Promise<Tried> => checker.try(text, JSON.parse(written) as Json),
  })
  return (
    <div className="trial">
      <div className="definition">
        <TextField className="field definition-field" value={written} onChange={setWritten}>
          <Label>
            What goes in, and what agents do with each task ("*": every other): result, error, takes, waits, silent,
            late
          </Label>
          <TextArea spellCheck={false} />
        </TextField>
        <div className="row dialog-foot">
          <span className="grow faint">{isDraft ? 'What is typed, which is not stored' : 'What is stored'}</span>
          <Button kind="main" icon="play" isPending={run.isPending} onPress={() => run.mutate()}>
            Run in virtual time
          </Button>
        </div>
      </div>
      <section className="trial-outcome" aria-label="What came of it" aria-live="polite">
        {run.isError ? <Notice tone="bad">{run.error.message}</Notice> : null}
        {run.data === undefined ? (
          <p className="faint">The same code that decides in Ops-Core runs it here, and shows the way it takes.</p>
        ) : (
          <Outcome tried={run.data} />
        )}
      </section>
    </div>
  )
}

function Outcome({ tried }: { tried: Tried }) {
  if ('problems' in tried) {
    return (
      <>
        <h3>{tried.in === 'case' ? 'What agents do cannot be read' : 'The definition cannot run'}</h3>
        <ProblemList problems={tried.problems} />
      </>
    )
  }
  const { run, refusals } = tried
  return (
    <>
      <div className="row">
        <Status look={SESSION_LOOKS[run.status]} isStrong />
        <span className="soft number">after {spanText(run.duration)}</span>
      </div>
      {run.error === null ? null : (
        <p className="foreign">
          <code className="bad-text">{run.error.code}</code> {run.error.message}
        </p>
      )}
      {refusals.map(({ act, message }) => (
        <p key={JSON.stringify(act)} className="foreign">
          {act.action} was refused: {message}
        </p>
      ))}
      <Path run={run} />
      <Payload name="Output" value={run.result} fileName="output.json" />
    </>
  )
}

/** Every task that was reached, in order, with when it was at work. */
function Path({ run: { path, duration } }: { run: SessionRun }) {
  return (
    <ol className="trial-path">
      {path.map((step) => (
        <li key={step.task}>
          <Status look={TASK_LOOKS[step.status]} />
          <span className="clip foreign">{step.task}</span>
          <span className="trial-track" aria-hidden="true">
            <i data-tone={TASK_LOOKS[step.status].tone} style={placeOf(step, duration)} />
          </span>
          <span className="number faint">
            {spanText(step.from)} – {spanText(step.to)}
            {step.attempts.length > 1 ? ` ×${step.attempts.length}` : ''}
          </span>
        </li>
      ))}
    </ol>
  )
}

function placeOf({ from, to }: PathStep, duration: number) {
  const whole = Math.max(1, duration)
  return { left: `${(from / whole) * 100}%`, width: `${Math.min(100, ((to - from) / whole) * 100)}%` }
}
