import type { Overview } from '@opscore/contract'
import type { StatusLook } from '../../design-system/look.ts'
import { Status } from '../../design-system/state/status.tsx'
import { WAIT_LOOKS } from '../../domain/wait-words.ts'

const LOOKS: Record<string, StatusLook> = WAIT_LOOKS

/** What waits, by reason, the most frequent first. */
export function WaitingReasons({ waiting: { total, byReason } }: { waiting: Overview['waiting'] }) {
  return (
    <section className="chart-frame" aria-label="What waits, by reason">
      <header className="row">
        <h2 className="grow">What waits, by reason</h2>
        <span className="faint number">{total.toLocaleString('en')}</span>
      </header>
      {byReason.length === 0 ? <p className="faint">Nothing waits.</p> : null}
      <ul className="reasons">
        {byReason.map(({ code, count }) => (
          <li key={code}>
            <Status look={LOOKS[code] ?? { word: code, shape: 'waiting', tone: 'calm' }} />
            <meter
              className="slots-bar grow"
              min={0}
              max={Math.max(1, total)}
              value={count}
              aria-label={`${code}: ${count}`}
            />
            <span className="number">{count.toLocaleString('en')}</span>
          </li>
        ))}
      </ul>
    </section>
  )
}
