import type { JsonObject, WorkflowDefinition } from '@opscore/contract'
import { type ReactNode, useMemo, useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { Button } from '../design-system/button.tsx'
import { Notice } from '../design-system/notice.tsx'
import { fieldsOf, inputOf } from './input-fields.ts'
import { InputForm } from './input-form.tsx'

interface TypedInput {
  form: ReactNode
  /** What is typed, `null` for nothing; `undefined` where it cannot be read, which the form says then. */
  read(): JsonObject | null | undefined
}

/** The input of a session: a form where the definition has a JSON Schema for it, and JSON where one likes that better. */
export function useInput(definition: WorkflowDefinition | undefined): TypedInput {
  const fields = useMemo(() => fieldsOf(schemaIn(definition)), [definition])
  const [typed, setTyped] = useState<ReadonlyMap<string, string>>(new Map())
  const [problems, setProblems] = useState<ReadonlyMap<string, string>>(new Map())
  const [text, setText] = useState('')
  const [problem, setProblem] = useState<string>()
  const [asJson, setAsJson] = useState(false)
  if (fields !== null && !asJson) {
    return {
      form: (
        <>
          <InputForm
            {...{ fields, typed, problems }}
            onChange={(name, value) => setTyped((before) => new Map(before).set(name, value))}
          />
          <Button
            kind="quiet"
            onPress={() => {
              const read = inputOf(fields, typed)
              if ('value' in read) setText(JSON.stringify(read.value, null, 2))
              setAsJson(true)
            }}
          >
            Write it as JSON
          </Button>
        </>
      ),
      read() {
        const read = inputOf(fields, typed)
        setProblems('problems' in read ? read.problems : new Map())
        return 'value' in read ? read.value : undefined
      },
    }
  }
  return {
    form: (
      <>
        <TextField className="field" value={text} onChange={setText}>
          <Label>Input, a JSON object; none: the definition's own parameters</Label>
          <TextArea rows={7} spellCheck={false} placeholder="{}" />
        </TextField>
        {problem === undefined ? null : <Notice tone="bad">{problem}</Notice>}
      </>
    ),
    read() {
      const read = readJson(text)
      setProblem('problem' in read ? read.problem : undefined)
      return 'value' in read ? read.value : undefined
    },
  }
}

/** A definition says what goes in by `input`, a JSON Schema, where outer protocols are offered it by the `input` of its `expose`. */
const schemaIn = (definition: (WorkflowDefinition & { input?: unknown }) | undefined): unknown =>
  definition?.input ?? definition?.expose?.input

function readJson(text: string): { value: JsonObject | null } | { problem: string } {
  if (text.trim() === '') return { value: null }
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? { value } : { problem: 'The input must be an object, such as {"name": "Ada"}.' }
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) }
  }
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
