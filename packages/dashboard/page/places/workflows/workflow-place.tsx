import '../session/session.css'
import './workflow.css'
import type { StoredWorkflow, WorkflowDefinition } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useEffect, useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import type { Checker } from '../../checker/create-checker.ts'
import { useChecked, useChecker } from '../../checker/use-checker.ts'
import { isNotFound } from '../../data/problem.ts'
import { oneWorkflow } from '../../data/workflows.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Tabs } from '../../design-system/tabs.tsx'
import { Clock } from '../../design-system/time.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { flowOf } from '../../graph/flow.ts'
import { FlowGraph } from '../../graph/flow-graph.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { WorkflowRevisions } from '../workflow-revisions/workflow-revisions.tsx'
import { WorkflowTrial } from '../workflow-trial/workflow-trial.tsx'
import { DefinitionText } from './definition-text.tsx'
import { StartDialog } from './start-dialog.tsx'

export function WorkflowPlace() {
  const { client } = useOpsCore()
  const { workflowId } = useParams({ from: '/workflows/$workflowId' })
  const workflow = useQuery(oneWorkflow(client, workflowId))
  if (workflow.data !== undefined) return <WorkflowDetail key={workflowId} workflow={workflow.data} />
  return (
    <Place title="Workflow">
      {workflow.isPending ? null : isNotFound(workflow.error) ? (
        <EmptyState icon="search" title="There is no such workflow">
          <Link to="/workflows" className="link">
            To the workflows
          </Link>
        </EmptyState>
      ) : (
        <ProblemView error={workflow.error} since={workflow.errorUpdatedAt} onRetry={() => void workflow.refetch()} />
      )}
    </Place>
  )
}

const VIEWS = [
  { id: 'definition', name: 'Definition' },
  { id: 'try', name: 'Try it' },
  { id: 'revisions', name: 'Revisions' },
] as const

function WorkflowDetail({ workflow }: { workflow: StoredWorkflow }) {
  const [starts, setStarts] = useState(false)
  const { one, set } = useAddress()
  const { id, definition } = workflow
  const view = VIEWS.find((each) => each.id === one('view'))?.id ?? 'definition'
  const stored = useMemo(() => JSON.stringify(definition, null, 2), [definition])
  /** What is typed, until it is what is stored. */
  const [draft, setDraft] = useState<string>()
  const text = draft ?? stored
  const setText = (next: string) => setDraft(next === stored ? undefined : next)
  const checker = useChecker()
  return (
    <Place
      title={id}
      heading={
        <div className="heading">
          <Link to="/workflows" className="faint quiet-link">
            Workflows
          </Link>
          <span className="faint">/</span>
          <h1 className="clip foreign">{id}</h1>
          <span className="faint clip foreign">{definition.name === id ? null : definition.name}</span>
        </div>
      }
      actions={
        <>
          <Link to="/sessions" search={{ workflow: id }} className="link">
            Its sessions
          </Link>
          <Button kind="main" icon="play" onPress={() => setStarts(true)}>
            Start
          </Button>
        </>
      }
    >
      <div className="session-main workflow">
        <WorkflowFacts workflow={workflow} />
        <Tabs label="Shown below" tabs={VIEWS} chosen={view} onChoose={(next) => set({ view: next })} />
        {view === 'definition' ? <DefinitionView {...{ workflow, stored, text, checker }} onChange={setText} /> : null}
        {view === 'try' ? <WorkflowTrial checker={checker} text={text} isDraft={draft !== undefined} /> : null}
        {view === 'revisions' ? <WorkflowRevisions workflow={workflow} /> : null}
      </div>
      {starts ? <StartDialog workflowId={id} definition={definition} onClose={() => setStarts(false)} /> : null}
    </Place>
  )
}

interface DefinitionViewProps {
  workflow: StoredWorkflow
  stored: string
  text: string
  checker: Checker
  onChange: (text: string) => void
}

/** The definition as text beside the graph of what is typed, as far as that can run. */
function DefinitionView({ workflow, stored, text, checker, onChange }: DefinitionViewProps) {
  const { one, set } = useAddress()
  const checked = useChecked(checker, text)
  const typed = checked?.canRun ? (checked.definition as WorkflowDefinition) : undefined
  const [drawn, setDrawn] = useState(workflow.definition)
  useEffect(() => {
    if (typed !== undefined) setDrawn(typed)
  }, [typed])
  const flow = useMemo(() => flowOf(drawn), [drawn])
  return (
    <div className="workflow-halves">
      <DefinitionText
        {...{ workflow, stored, text, onChange }}
        checked={checked?.text === text ? checked : undefined}
        chosen={one('task')}
      />
      <FlowGraph
        direction="DOWN"
        flow={flow}
        label={`The graph of ${workflow.id}`}
        chosen={one('task')}
        onChoose={(task) => set({ task })}
      />
    </div>
  )
}

function WorkflowFacts({ workflow: { revision, definition, updatedAt, hash } }: { workflow: StoredWorkflow }) {
  return (
    <dl className="facts">
      <div>
        <dt>Revision</dt>
        <dd className="number">{revision}</dd>
      </div>
      <div>
        <dt>Tasks</dt>
        <dd className="number">{definition.tasks.length}</dd>
      </div>
      <div>
        <dt>Changed</dt>
        <dd>
          <Clock time={updatedAt} />
        </dd>
      </div>
      <div>
        <dt>Hash</dt>
        <dd>
          <Copyable text={hash} short />
        </dd>
      </div>
    </dl>
  )
}
