import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import type { Checked } from '../../checker/create-checker.ts'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { useToast } from '../../design-system/toast.tsx'
import { ProblemList } from './problem-list.tsx'

interface Props {
  workflow: StoredWorkflow
  stored: string
  text: string
  onChange: (text: string) => void
  /** What the checker says of the text; absent while it looks. */
  checked: Checked | undefined
  chosen: string | undefined
}

/** The definition, JSON or YAML, to read and to change. It is checked as one types, by what checks it when it is stored. */
export function DefinitionText({ workflow, stored, text, onChange, checked, chosen }: Props) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const say = useToast()
  const area = useRef<HTMLTextAreaElement>(null)
  useShown(area, text, chosen)
  const save = useMutation({
    mutationFn: (definition: WorkflowDefinition) => client.workflows.put(definition, { ifMatch: `"${workflow.hash}"` }),
    async onSuccess({ revision }) {
      for (const queryKey of [['workflow', workflow.id], ['workflow-revisions', workflow.id], ['workflows']]) {
        await queries.invalidateQueries({ queryKey })
      }
      say('good', `Stored as revision ${revision}`)
    },
  })
  const isChanged = text !== stored
  const isRenamed = checked?.canRun === true && definitionIn(checked).id !== workflow.id
  return (
    <div className="definition">
      <TextField className="field definition-field" value={text} onChange={onChange} aria-label="Definition">
        <Label className="unseen">Definition, as JSON or YAML</Label>
        <TextArea ref={area} spellCheck={false} />
      </TextField>
      {checked !== undefined && checked.problems.length > 0 ? (
        <ProblemList problems={checked.problems} onGo={(line, column) => goTo(area.current, text, line, column)} />
      ) : null}
      {isRenamed ? (
        <Notice tone="bad">The id must stay "{workflow.id}": another one is another workflow.</Notice>
      ) : save.isError ? (
        <Notice tone="bad">
          <p className="foreign">{problemOf(save.error).detail}</p>
        </Notice>
      ) : null}
      <div className="row dialog-foot">
        <span className="grow faint" role="status">
          {checked === undefined ? 'Checking …' : checked.problems.length === 0 ? 'No problem found' : null}
        </span>
        {isChanged ? (
          <Button kind="quiet" onPress={() => onChange(stored)}>
            Back to what is stored
          </Button>
        ) : null}
        <Button
          icon="check"
          isDisabled={!isChanged || checked?.canRun !== true || isRenamed}
          isPending={save.isPending}
          onPress={() => checked && save.mutate(definitionIn(checked))}
        >
          Store as a new revision
        </Button>
      </div>
    </div>
  )
}

/** The checker has found that it has the definition's shape. */
const definitionIn = ({ definition }: Checked) => definition as WorkflowDefinition

/** Puts the cursor at a line and column, from 1, and brings them into sight. */
function goTo(area: HTMLTextAreaElement | null, text: string, line: number, column: number): void {
  if (area === null) return
  const lines = text.split('\n')
  const start = lines.slice(0, line - 1).reduce((sum, each) => sum + each.length + 1, 0)
  const at = Math.min(text.length, start + column - 1)
  show(area, line)
  area.focus()
  area.setSelectionRange(at, Math.max(at, start + (lines[line - 1]?.length ?? 0)))
}

function show(area: HTMLTextAreaElement, line: number): void {
  area.scrollTop = Math.max(0, (line - 4) * Number.parseFloat(getComputedStyle(area).lineHeight))
}

/** Brings the task that was chosen in the graph into sight. */
function useShown(area: React.RefObject<HTMLTextAreaElement | null>, text: string, chosen: string | undefined): void {
  const newest = useRef(text)
  useEffect(() => {
    newest.current = text
  })
  useEffect(() => {
    const at = chosen === undefined ? -1 : newest.current.indexOf(`"taskId": ${JSON.stringify(chosen)}`)
    const element = area.current
    if (at < 0 || element === null) return
    show(element, newest.current.slice(0, at).split('\n').length)
    element.setSelectionRange(at, at + 12 + (chosen ?? '').length)
  }, [area, chosen])
}
