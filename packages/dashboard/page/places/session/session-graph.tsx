import type { SessionView, TaskView } from '@opscore/contract'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useCallback, useMemo } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { textsOf } from '../../data/live/event-data.ts'
import { sessionHistory } from '../../data/sessions.ts'
import { oneWorkflow } from '../../data/workflows.ts'
import type { StatusLook } from '../../design-system/look.ts'
import { TASK_LOOKS } from '../../domain/looks.ts'
import { type Flow, type FlowNode, flowOf } from '../../graph/flow.ts'
import { FlowGraph } from '../../graph/flow-graph.tsx'

interface Props {
  session: SessionView
  chosen: string | undefined
  onChoose: (taskId: string) => void
}

/** The session's tasks as a graph: of its definition where that is still stored, else of what led to what. */
export function SessionGraph({ session, chosen, onChoose }: Props) {
  const { client } = useOpsCore()
  const { tasks, workflowId, workflowRevision, sessionId } = session
  const workflow = useQuery({ ...oneWorkflow(client, workflowId), enabled: workflowRevision !== null })
  const isItsOwn = workflow.data?.revision === workflowRevision
  const history = useInfiniteQuery({ ...sessionHistory(client, sessionId), enabled: !isItsOwn && !workflow.isLoading })
  const byDefinition = useMemo(() => new Map(tasks.map((task) => [task.taskDefinitionId, task])), [tasks])
  const lookOf = useCallback((node: FlowNode) => lookOfMembers(node.members, byDefinition), [byDefinition])
  const flow = useMemo(
    () => (isItsOwn && workflow.data ? flowOf(workflow.data.definition) : happened(tasks, history.data?.pages ?? [])),
    [isItsOwn, workflow.data, tasks, history.data],
  )
  if (workflow.isLoading) return null
  return (
    <>
      {isItsOwn ? null : (
        <p className="in-place faint">Drawn from what happened: the definition that this session runs is not stored.</p>
      )}
      <FlowGraph
        flow={flow}
        label="The session's graph"
        direction="RIGHT"
        lookOf={lookOf}
        chosen={tasks.find(({ taskId }) => taskId === chosen)?.taskDefinitionId}
        onChoose={(id) => {
          const task = byDefinition.get(id)
          if (task) onChoose(task.taskId)
        }}
      />
    </>
  )
}

/** Of several tasks drawn as one, what wants to be seen first. */
const WEIGHT: readonly TaskView['status'][] = [
  'failed',
  'pending_retry',
  'running',
  'dispatched',
  'pending',
  'cancelled',
  'completed',
  'skipped',
]

function lookOfMembers(members: readonly string[], tasks: ReadonlyMap<string, TaskView>): StatusLook {
  const statuses = members.flatMap((id) => tasks.get(id)?.status ?? [])
  const first = WEIGHT.find((status) => statuses.includes(status))
  if (first === undefined) return { word: 'Not reached', shape: 'waiting', tone: 'calm' }
  const look = TASK_LOOKS[first]
  const alike = statuses.filter((status) => status === first).length
  return members.length === 1 ? look : { ...look, word: `${look.word}: ${alike} of ${members.length}` }
}

type Pages = readonly { items: readonly { type: string; taskDefinitionId?: string; data: { taken?: unknown } }[] }[]

function happened(tasks: readonly TaskView[], pages: Pages): Flow {
  const nodes = tasks.map(({ taskDefinitionId: id, name }) => ({ id, name, members: [id] }))
  const known = new Set(nodes.map(({ id }) => id))
  const edges = pages.flatMap(({ items }) =>
    items.flatMap(({ taskDefinitionId: from, data }) =>
      textsOf(data.taken).flatMap((to) =>
        from !== undefined && known.has(to) && known.has(from) ? [{ from, to, kind: 'next' as const }] : [],
      ),
    ),
  )
  return { nodes, edges }
}
