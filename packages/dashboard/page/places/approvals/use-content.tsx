import type { ApprovalView, Json } from '@opscore/contract'
import { type ReactNode, useMemo, useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { Notice } from '../../design-system/notice.tsx'
import { fieldsOf, inputOf, typedFrom } from '../../input-form/input-fields.ts'
import { InputForm } from '../../input-form/input-form.tsx'

export interface EditedContent {
  form: ReactNode
  /** What is typed; `undefined` where it cannot be read, which the form says then. */
  read(): Json | undefined
}

/** The content of an approval, to be changed: by a form where it has a schema for one, else as JSON. */
export function useContent({ form: schema, content }: ApprovalView): EditedContent {
  const fields = useMemo(() => fieldsOf(schema), [schema])
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(() => typedFrom(fields ?? [], content))
  const [text, setText] = useState(() => JSON.stringify(content, null, 2))
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  if (fields !== null) {
    return {
      form: (
        <InputForm
          {...{ fields, typed, problems }}
          onChange={(name, value) => setTyped((before) => new Map(before).set(name, value))}
        />
      ),
      read() {
        const read = inputOf(fields, typed)
        setProblems('problems' in read ? read.problems : new Map())
        return 'value' in read ? read.value : undefined
      },
    }
  }
  const problem = problems.get('')
  return {
    form: (
      <>
        <TextField className="field" value={text} onChange={setText}>
          <Label>Content, as JSON</Label>
          <TextArea rows={8} spellCheck={false} />
        </TextField>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      </>
    ),
    read() {
      try {
        const value: Json = JSON.parse(text)
        setProblems(new Map())
        return value
      } catch (error) {
        setProblems(new Map([['', error instanceof Error ? error.message : String(error)]]))
        return undefined
      }
    },
  }
}
