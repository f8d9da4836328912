import type { AgentView } from '@opscore/contract'

/** How many of its slots are taken. */
export function Slots({ agent: { places, room } }: { agent: AgentView }) {
  const taken = places.length
  return (
    <span className="slots number" title={`${taken} of ${room} slots taken`}>
      <meter className="slots-bar" min={0} max={room} value={taken} aria-label="Slots taken" />
      {taken}
      <span className="faint">/{room}</span>
    </span>
  )
}
