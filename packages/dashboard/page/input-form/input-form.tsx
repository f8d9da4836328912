import type { InputField } from './input-fields.ts'

interface Props {
  fields: readonly InputField[]
  typed: ReadonlyMap<string, string>
  problems: ReadonlyMap<string, string>
  onChange: (name: string, text: string) => void
}

/** A form made from a schema; what it cannot show as a field is typed as JSON. */
export function InputForm({ fields, typed, problems, onChange }: Props) {
  return (
    <div className="stack input-form">
      {fields.map((field) => {
        const problem = problems.get(field.name)
        const id = `input-${field.name}`
        return (
          <div key={field.name} className="field">
            <label htmlFor={id} className="foreign">
              {field.title}
              {field.isRequired ? <span className="faint"> required</span> : null}
            </label>
            <Control field={field} id={id} text={typed.get(field.name) ?? field.first} onChange={onChange} />
            {problem === undefined ? null : <span className="bad-text">{problem}</span>}
            {field.description === undefined ? null : <span className="faint foreign">{field.description}</span>}
          </div>
        )
      })}
    </div>
  )
}

interface ControlProps {
  field: InputField
  id: string
  text: string
  onChange: (name: string, text: string) => void
}

function Control({ field: { name, kind, choices, isRequired }, id, text, onChange }: ControlProps) {
  const change = (event: { target: { value: string } }) => onChange(name, event.target.value)
  if (kind === 'choice' || kind === 'flag') {
    return (
      <select id={id} className="select" value={text} onChange={change} required={isRequired}>
        <option value="">–</option>
        {(kind === 'flag' ? ['true', 'false'] : choices).map((choice) => (
          <option key={choice} value={choice}>
            {choice.replace(/^"(.*)"$/, '$1')}
          </option>
        ))}
      </select>
    )
  }
  if (kind === 'json' || kind === 'long-text') {
    return <textarea id={id} rows={kind === 'json' ? 3 : 4} spellCheck={false} value={text} onChange={change} />
  }
  const mode = kind === 'text' ? {} : { inputMode: kind === 'integer' ? ('numeric' as const) : ('decimal' as const) }
  return <input id={id} value={text} onChange={change} spellCheck={false} autoComplete="off" {...mode} />
}
