import '../session/session.css'
import './workflow.css'
import type { StoredWorkflow } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import { Link, useParams } from '@tanstack/react-router'
import { useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { isNotFound } from '../../data/problem.ts'
import { oneWorkflow } from '../../data/workflows.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Clock } from '../../design-system/time.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { flowOf } from '../../graph/flow.ts'
import { FlowGraph } from '../../graph/flow-graph.tsx'
import { Place } from '../../shell/place.tsx'
import { useAddress } from '../../shell/use-address.ts'
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

/** The definition as text beside its graph. */
function WorkflowDetail({ workflow }: { workflow: StoredWorkflow }) {
  const [starts, setStarts] = useState(false)
  const { one, set } = useAddress()
  const { id, definition } = workflow
  const flow = useMemo(() => flowOf(definition), [definition])
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
        <div className="workflow-halves">
          <DefinitionText workflow={workflow} chosen={one('task')} />
          <FlowGraph
            direction="DOWN"
            flow={flow}
            label={`The graph of ${id}`}
            chosen={one('task')}
            onChoose={(task) => set({ task })}
          />
        </div>
      </div>
      {starts ? <StartDialog workflowId={id} onClose={() => setStarts(false)} /> : null}
    </Place>
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
