import type { SessionStatus } from '@opscore/contract'
import { ToggleButton } from 'react-aria-components'
import { FilterField } from '../../design-system/filter-field.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { SESSION_LOOKS } from '../../domain/looks.ts'
import { useAddress } from '../../shell/use-address.ts'
import { type RANGES, rangeOf } from './session-filter.ts'

const STATUSES = Object.keys(SESSION_LOOKS) as SessionStatus[]

const RANGE_NAMES: Record<keyof typeof RANGES, string> = {
  '15min': '15 min',
  '1h': '1 h',
  '24h': '24 h',
  '7d': '7 d',
}

export function FilterBar() {
  const address = useAddress()
  const statuses = address.many('status')
  const range = rangeOf(address.one('range'))
  const toggled = (status: string) =>
    statuses.includes(status) ? statuses.filter((each) => each !== status) : [...statuses, status]
  return (
    <search className="filters">
      <fieldset className="chips">
        <legend className="unseen">Status</legend>
        {STATUSES.map((status) => (
          <ToggleButton
            key={status}
            className="chip"
            isSelected={statuses.includes(status)}
            onChange={() => address.set({ status: toggled(status) }, true)}
          >
            <Status look={SESSION_LOOKS[status]} />
          </ToggleButton>
        ))}
      </fieldset>
      <FilterField
        name="Workflow"
        value={address.one('workflow')}
        onChange={(workflow) => address.set({ workflow }, true)}
      />
      <FilterField name="Agent id" value={address.one('agent')} onChange={(agent) => address.set({ agent }, true)} />
      <fieldset className="chips">
        <legend className="unseen">Started within</legend>
        {Object.entries(RANGE_NAMES).map(([value, name]) => (
          <ToggleButton
            key={value}
            className="chip"
            isSelected={range === value}
            onChange={(isOn) => address.set({ range: isOn ? value : undefined }, true)}
          >
            {name}
          </ToggleButton>
        ))}
      </fieldset>
    </search>
  )
}
