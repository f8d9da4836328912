import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useEffect, useRef, useState } from 'react'
import { Label, TextArea, TextField } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { useToast } from '../../design-system/toast.tsx'

/** The definition, to read and to change. Ops-Core checks it when it is stored, and names every problem. */
export function DefinitionText({ workflow, chosen }: { workflow: StoredWorkflow; chosen: string | undefined }) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const say = useToast()
  const stored = JSON.stringify(workflow.definition, null, 2)
  const [text, setText] = useState(stored)
  const area = useRef<HTMLTextAreaElement>(null)
  useShown(area, text, chosen)
  const save = useMutation({
    mutationFn: () => client.workflows.put(parse(text, workflow.id), { ifMatch: `"${workflow.hash}"` }),
    async onSuccess({ revision }) {
      await queries.invalidateQueries({ queryKey: ['workflow', workflow.id] })
      await queries.invalidateQueries({ queryKey: ['workflows'] })
      say('good', `Stored as revision ${revision}`)
    },
  })
  const isChanged = text !== stored
  return (
    <div className="definition">
      <TextField className="field definition-field" value={text} onChange={setText} aria-label="Definition">
        <Label className="unseen">Definition, as JSON</Label>
        <TextArea ref={area} spellCheck={false} />
      </TextField>
      {save.isError ? (
        <Notice tone="bad">
          <p className="foreign">{problemOf(save.error).detail}</p>
        </Notice>
      ) : null}
      <div className="row dialog-foot">
        {isChanged ? (
          <Button kind="quiet" onPress={() => setText(stored)}>
            Back to what is stored
          </Button>
        ) : null}
        <Button icon="check" isDisabled={!isChanged} isPending={save.isPending} onPress={() => save.mutate()}>
          Store as a new revision
        </Button>
      </div>
    </div>
  )
}

function parse(text: string, id: string): WorkflowDefinition {
  const definition: WorkflowDefinition = JSON.parse(text)
  if (definition.id !== id) throw new Error(`The id must stay "${id}": another one is another workflow`)
  return definition
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
    const line = newest.current.slice(0, at).split('\n').length
    const height = Number.parseFloat(getComputedStyle(element).lineHeight)
    element.scrollTop = Math.max(0, (line - 4) * height)
    element.setSelectionRange(at, at + 12 + (chosen ?? '').length)
  }, [area, chosen])
}
