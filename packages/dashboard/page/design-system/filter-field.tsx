import { useEffect, useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'

interface Props {
  name: string
  value: string | undefined
  /** Called when the person is done, not at every letter. */
  onChange: (value: string | undefined) => void
}

export function FilterField({ name, value, onChange }: Props) {
  const [text, setText] = useState(value ?? '')
  useEffect(() => setText(value ?? ''), [value])
  const settle = () => {
    const next = text.trim() === '' ? undefined : text.trim()
    if (next !== value) onChange(next)
  }
  return (
    <TextField className="filter-field" value={text} onChange={setText} data-set={value !== undefined}>
      <Label>{name}</Label>
      <Input
        placeholder="any"
        spellCheck={false}
        onBlur={settle}
        onKeyDown={({ key }) => key === 'Enter' && settle()}
      />
    </TextField>
  )
}
