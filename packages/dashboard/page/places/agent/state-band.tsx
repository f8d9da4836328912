import type { AgentStateHistoryEntry } from '@opscore/contract'
import { useNow } from '../../design-system/charts/ticker.tsx'
import { spanText } from '../../design-system/time.tsx'
import { agentLook } from '../../domain/looks.ts'

interface Stretch {
  state: string
  from: number
  to: number
}

/** More would be thinner than a pixel. */
const MOST = 400

/** States over time, the present at the right. */
export function StateBand({ entries }: { entries: readonly AgentStateHistoryEntry[] }) {
  const now = useNow()
  const stretches = stretchesOf(entries.slice(0, MOST), now)
  const first = stretches[0]
  if (first === undefined) return null
  const span = Math.max(1, now - first.from)
  return (
    <figure className="band" aria-label={`States of the last ${spanText(span)}`}>
      <div className="band-track">
        {stretches.map(({ state, from, to }) => (
          <span
            key={from}
            data-tone={agentLook(state).tone}
            style={{ left: `${((from - first.from) / span) * 100}%`, width: `${((to - from) / span) * 100}%` }}
            title={`${agentLook(state).word}, ${spanText(to - from)}`}
          />
        ))}
      </div>
      <figcaption className="row faint number">
        <span className="grow">{spanText(span)} ago</span>
        <span>now</span>
      </figcaption>
    </figure>
  )
}

/** One stretch for each time that it was in a state without another between. Entries come newest first. */
function stretchesOf(entries: readonly AgentStateHistoryEntry[], now: number): Stretch[] {
  const stretches: Stretch[] = []
  for (const { state, receivedAt } of entries.toReversed()) {
    const from = Date.parse(receivedAt)
    const last = stretches.at(-1)
    if (last) last.to = from
    if (last?.state !== state) stretches.push({ state, from, to: now })
  }
  const last = stretches.at(-1)
  if (last) last.to = Math.max(now, last.from)
  return stretches
}
