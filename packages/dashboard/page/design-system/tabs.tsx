import { ToggleButton, ToggleButtonGroup } from 'react-aria-components'

interface Props<T extends string> {
  label: string
  tabs: readonly { id: T; name: string; count?: number }[]
  chosen: T
  onChoose: (id: T) => void
}

/** One of several views of the same thing. */
export function Tabs<T extends string>({ label, tabs, chosen, onChoose }: Props<T>) {
  return (
    <ToggleButtonGroup
      aria-label={label}
      className="tabs"
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[chosen]}
      onSelectionChange={(keys) => {
        const next = tabs.find(({ id }) => keys.has(id))
        if (next) onChoose(next.id)
      }}
    >
      {tabs.map(({ id, name, count }) => (
        <ToggleButton key={id} id={id} className="tab">
          {name}
          {count === undefined ? null : <span className="faint number">{count.toLocaleString('en')}</span>}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
