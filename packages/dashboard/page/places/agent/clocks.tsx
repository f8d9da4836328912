import type { AgentView } from '@opscore/contract'
import type { ReactNode } from 'react'
import type { StatusShape, Tone } from '../../design-system/look.ts'
import { StatusIcon } from '../../design-system/state/status-icon.tsx'
import { Since } from '../../design-system/time.tsx'

/** Is it reachable, does it report, does its work move? Three questions that one light cannot answer. */
export function Clocks({ agent }: { agent: AgentView }) {
  const { liveness, lastSeenAt, places, state, timestamp } = agent
  const isReachable = liveness !== 'unreachable'
  const oldest = [...places].sort((a, b) => a.takenAt.localeCompare(b.takenAt))[0]
  return (
    <section className="clocks" aria-label="Three clocks">
      <OneClock
        name="Reachable"
        tone={isReachable ? 'good' : 'bad'}
        shape={isReachable ? 'ready' : 'gone'}
        word={isReachable ? 'Yes' : 'No: messages to it do not arrive'}
      />
      <OneClock
        name="Reporting"
        tone={REPORTING[liveness].tone}
        shape={REPORTING[liveness].shape}
        word={
          <>
            {REPORTING[liveness].word} <Since time={lastSeenAt} isPast={REPORTING[liveness].word === 'Seen'} />
          </>
        }
        more={
          <>
            said <span className="foreign">{state}</span>, by its own clock {timestamp}
          </>
        }
      />
      <OneClock
        name="Progressing"
        tone={oldest === undefined ? 'calm' : 'busy'}
        shape={oldest === undefined ? 'waiting' : 'working'}
        word={
          oldest === undefined ? (
            'Nothing to do'
          ) : (
            <>
              Longest at work for <Since time={oldest.takenAt} />
            </>
          )
        }
      />
    </section>
  )
}

const REPORTING: Record<AgentView['liveness'], { tone: Tone; shape: StatusShape; word: string }> = {
  online: { tone: 'good', shape: 'ready', word: 'Seen' },
  quiet: { tone: 'warning', shape: 'quiet', word: 'Quiet for' },
  offline: { tone: 'bad', shape: 'gone', word: 'Silent for' },
  unreachable: { tone: 'calm', shape: 'ready', word: 'Seen' },
}

interface ClockProps {
  name: string
  tone: Tone
  shape: StatusShape
  word: ReactNode
  more?: ReactNode
}

function OneClock({ name, tone, shape, word, more }: ClockProps) {
  return (
    <div className="clock" data-tone={tone}>
      <span className="faint">{name}</span>
      <span className="row">
        <StatusIcon shape={shape} />
        <span className="clip">{word}</span>
      </span>
      {more === undefined ? null : <span className="faint clip clock-more">{more}</span>}
    </div>
  )
}
