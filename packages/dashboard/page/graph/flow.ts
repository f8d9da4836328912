/** A workflow as a graph: which task leads to which, and what of it is drawn. */
import type { WorkflowDefinition } from '@opscore/contract'

export interface FlowNode {
  id: string
  name: string
  /** Tasks that lie side by side between the same others, drawn as one. */
  members: readonly string[]
}

export interface FlowEdge {
  from: string
  to: string
  kind: 'next' | 'choice' | 'fallback'
  when?: string
}

export interface Flow {
  nodes: readonly FlowNode[]
  edges: readonly FlowEdge[]
}

/** So many side by side are drawn as one until somebody opens them. */
const FAN_OUT = 6

export function flowOf({ tasks }: WorkflowDefinition): Flow {
  const nodes = tasks.map(({ taskId, name }) => ({ id: taskId, name: name ?? taskId, members: [taskId] }))
  const edges = tasks.flatMap(({ taskId: from, nextTaskId, next = [], choose = [], fallbackTaskId }): FlowEdge[] => [
    ...(nextTaskId ? [{ from, to: nextTaskId, kind: 'next' as const }] : []),
    ...next.map(({ to, when }) => ({ from, to, kind: 'next' as const, ...(when === undefined ? {} : { when }) })),
    ...choose.map(({ to, when }) => ({ from, to, kind: 'choice' as const, when: when ?? 'else' })),
    ...(fallbackTaskId ? [{ from, to: fallbackTaskId, kind: 'fallback' as const }] : []),
  ])
  return { nodes, edges }
}

/** The same with fan-outs drawn as one node each, but for those whose id is in `opened`. */
export function folded({ nodes, edges }: Flow, opened: ReadonlySet<string>): Flow {
  const groups = Map.groupBy(nodes, ({ id }) => surroundingsOf(id, edges))
  const groupOf = new Map<string, string>()
  const drawn: FlowNode[] = []
  for (const [surroundings, group] of groups) {
    const first = group[0]
    if (first === undefined) continue
    const id = `${first.id} …`
    if (group.length < FAN_OUT || surroundings === '[[],[]]' || opened.has(id)) drawn.push(...group)
    else {
      drawn.push({ id, name: `${group.length} like ${first.name}`, members: group.map((node) => node.id) })
      for (const node of group) groupOf.set(node.id, id)
    }
  }
  const place = (id: string) => groupOf.get(id) ?? id
  const unique = new Map(
    edges.map((edge) => [
      `${place(edge.from)}\n${place(edge.to)}`,
      { ...edge, from: place(edge.from), to: place(edge.to) },
    ]),
  )
  return { nodes: drawn, edges: [...unique.values()] }
}

/** What leads to a task and where it leads: tasks with the same lie side by side. */
function surroundingsOf(id: string, edges: readonly FlowEdge[]): string {
  const before = edges.filter(({ to }) => to === id).map(({ from, when }) => `${from} ${when ?? ''}`)
  const after = edges.filter(({ from }) => from === id).map(({ to, when }) => `${to} ${when ?? ''}`)
  return JSON.stringify([before.sort(), after.sort()])
}
