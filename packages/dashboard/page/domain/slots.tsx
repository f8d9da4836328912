import type { AgentView } from '@opscore/contract'

/** How many of its slots are taken. The line is one element: a meter's own parts cost more than the rest of a row. */
export function Slots({ agent: { places, room } }: { agent: AgentView }) {
  const taken = places.length
  const part = `${Math.min(100, (taken / Math.max(1, room)) * 100)}% 100%`
  return (
    <span className="slots number" title={`${taken} of ${room} slots taken`}>
      <i className="slots-line" aria-hidden="true" style={{ backgroundSize: part }} />
      {taken}
      <span className="faint">/{room}</span>
    </span>
  )
}
