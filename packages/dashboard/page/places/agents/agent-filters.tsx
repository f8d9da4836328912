import { useMemo } from 'react'
import { ToggleButton } from 'react-aria-components'
import type { AgentMap } from '../../data/live/fold-agents.ts'
import { FilterField } from '../../design-system/filter-field.tsx'
import { Icon } from '../../design-system/icon.tsx'
import type { StatusLook } from '../../design-system/look.ts'
import { Status } from '../../design-system/state/status.tsx'
import { agentLook, LIVENESS_LOOKS } from '../../domain/looks.ts'
import { useAddress } from '../../shell/use-address.ts'

/** Each value with how many agents have it; a click shows these alone. */
export function AgentFilters({ agents, shown }: { agents: AgentMap; shown: number }) {
  const address = useAddress()
  const counts = useMemo(() => countAgents(agents), [agents])
  const asTable = address.one('as') === 'table'
  return (
    <search className="filters">
      <FilterField name="Find" value={address.one('text')} onChange={(text) => address.set({ text }, true)} />
      <Chips name="state" label="State" counts={counts.state} lookOf={agentLook} />
      <Chips
        name="liveness"
        label="Liveness"
        counts={counts.liveness}
        lookOf={(word) => LIVENESS[word] ?? agentLook(word)}
      />
      <FilterField
        name="Capability"
        value={address.one('capability')}
        onChange={(capability) => address.set({ capability }, true)}
      />
      <FilterField
        name="Version"
        value={address.one('version')}
        onChange={(version) => address.set({ version }, true)}
      />
      <span className="grow" />
      {shown === agents.size ? null : <span className="faint number">{shown.toLocaleString('en')} shown</span>}
      <fieldset className="chips">
        <legend className="unseen">Shown as</legend>
        <ToggleButton
          className="chip"
          isSelected={!asTable}
          onChange={() => address.set({ as: undefined })}
          aria-label="Grid"
        >
          <Icon name="grid" />
        </ToggleButton>
        <ToggleButton
          className="chip"
          isSelected={asTable}
          onChange={() => address.set({ as: 'table' })}
          aria-label="Table"
        >
          <Icon name="list" />
        </ToggleButton>
      </fieldset>
    </search>
  )
}

const LIVENESS: Record<string, StatusLook> = LIVENESS_LOOKS

interface ChipsProps {
  name: string
  label: string
  counts: ReadonlyMap<string, number>
  lookOf: (value: string) => StatusLook
}

/** At most so many: agents may call their states what they like. */
const CHIP_LIMIT = 8

function Chips({ name, label, counts, lookOf }: ChipsProps) {
  const address = useAddress()
  const chosen = address.many(name)
  const toggled = (value: string) =>
    chosen.includes(value) ? chosen.filter((each) => each !== value) : [...chosen, value]
  const values = [...new Set([...chosen, ...counts.keys()])]
  return (
    <fieldset className="chips">
      <legend className="unseen">{label}</legend>
      {values.slice(0, CHIP_LIMIT).map((value) => (
        <ToggleButton
          key={value}
          className="chip"
          isSelected={chosen.includes(value)}
          onChange={() => address.set({ [name]: toggled(value) }, true)}
        >
          <Status look={lookOf(value)} />
          <span className="faint number">{counts.get(value) ?? 0}</span>
        </ToggleButton>
      ))}
    </fieldset>
  )
}

function countAgents(agents: AgentMap) {
  const state = new Map<string, number>()
  const liveness = new Map<string, number>()
  for (const agent of agents.values()) {
    state.set(agent.state, (state.get(agent.state) ?? 0) + 1)
    liveness.set(agent.liveness, (liveness.get(agent.liveness) ?? 0) + 1)
  }
  const byCount = (counts: Map<string, number>) => new Map([...counts].sort((a, b) => b[1] - a[1]))
  return { state: byCount(state), liveness: byCount(liveness) }
}
