import type { Explanation, SessionView, WaitCause } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { explanation, isOpen } from '../../data/sessions.ts'
import { Button } from '../../design-system/button.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Since, Until } from '../../design-system/time.tsx'
import { WAIT_LOOKS } from '../../domain/wait-words.ts'

const SHOWN = 3

/** Why is nothing happening? What each open task waits for, since when, and what would move it. */
export function Waits({ session, onChoose }: { session: SessionView; onChoose: (taskId: string) => void }) {
  const { client } = useOpsCore()
  const [isWhole, setIsWhole] = useState(false)
  const { data } = useQuery(explanation(client, session.sessionId, isOpen(session.status)))
  if (!isOpen(session.status) || data === undefined) return null
  const causes = byWeight(data)
  if (causes.length === 0) return null
  const names = new Map(session.tasks.map(({ taskId, name }) => [taskId, name]))
  return (
    <section className="waits" aria-label="What it waits for">
      <ul>
        {causes.slice(0, isWhole ? undefined : SHOWN).map((cause) => (
          <li key={`${cause.taskId ?? ''} ${cause.taskDefinitionId ?? ''} ${cause.code}`}>
            <Status look={WAIT_LOOKS[cause.code]} isStrong />
            <Subject cause={cause} names={names} onChoose={onChoose} />
            <span className="grow foreign">
              <span className="soft">{cause.detail}.</span> {cause.hint}.
            </span>
            <span className="faint waits-time">
              <Since time={cause.since} />
              {cause.until === undefined ? null : (
                <>
                  {' '}
                  · <Until time={cause.until} />
                </>
              )}
            </span>
          </li>
        ))}
      </ul>
      {causes.length > SHOWN ? (
        <Button kind="quiet" icon={isWhole ? 'up' : 'down'} onPress={() => setIsWhole(!isWhole)}>
          {isWhole ? 'Fewer' : `${causes.length - SHOWN} more`}
        </Button>
      ) : null}
    </section>
  )
}

interface SubjectProps {
  cause: WaitCause
  names: ReadonlyMap<string, string>
  onChoose: (taskId: string) => void
}

function Subject({ cause: { taskId, taskDefinitionId }, names, onChoose }: SubjectProps) {
  if (taskId === null) return taskDefinitionId === null ? null : <code className="foreign">{taskDefinitionId}</code>
  return (
    <button type="button" className="text-button foreign" onClick={() => onChoose(taskId)}>
      {names.get(taskId) ?? taskDefinitionId ?? taskId}
    </button>
  )
}

const WEIGHTS: Record<string, number> = { bad: 0, held: 1, warning: 2, busy: 3, calm: 4 }

/** What wants a person comes first, and what is under way comes last. */
function byWeight({ causes }: Explanation): WaitCause[] {
  const weight = ({ code }: WaitCause) => WEIGHTS[WAIT_LOOKS[code].tone] ?? 9
  return [...causes].sort((a, b) => weight(a) - weight(b) || a.since.localeCompare(b.since))
}
