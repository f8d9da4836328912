import type { GatewayAgent, JsonObject, WorkflowDefinition } from '@opscore/contract'

/** Whom a card is about, and so which sessions are its tasks. */
export type Target =
  | { kind: 'fleet' }
  | { kind: 'agent'; agent: GatewayAgent }
  | { kind: 'workflow'; workflowId: string }

/** The id of the workflow that a message to an agent is. */
const MESSAGE = 'a2a.message'

/** A message to an agent is a session of one task, which that agent does. */
export function messageWorkflow({ agentId }: GatewayAgent, taskName: string): WorkflowDefinition {
  return { id: MESSAGE, name: 'Message by A2A', tasks: [{ taskId: 'message', name: taskName, agentId }] }
}

/** What the task of a message is called: the message's `metadata.task`, else the agent's `metadata.a2a.task`, else its first capability. */
export function taskNameOf({ metadata, capabilities }: GatewayAgent, asked: unknown): string {
  const a2a = metadata?.a2a
  const declared = typeof a2a === 'object' && a2a !== null && !Array.isArray(a2a) ? a2a.task : undefined
  return (
    ([asked, declared, capabilities[0]].find((name) => typeof name === 'string' && name !== '') as string) ?? 'message'
  )
}

/** Which sessions are its tasks, as a filter of their list. */
export function sessionFilter(target: Target): { agentId?: string; workflowId?: string } {
  switch (target.kind) {
    case 'fleet':
      return {}
    case 'agent':
      return { agentId: target.agent.agentId, workflowId: MESSAGE }
    case 'workflow':
      return { workflowId: target.workflowId }
  }
}

export function isTaskOf(target: Target, session: { agentId: string; workflowId: string }): boolean {
  const { agentId = session.agentId, workflowId = session.workflowId } = sessionFilter(target)
  return agentId === session.agentId && workflowId === session.workflowId
}

/** Where its card and its endpoint are, below AgentKit. */
export function pathOf(target: Target): string {
  if (target.kind === 'fleet') return '/a2a'
  const id = target.kind === 'agent' ? target.agent.agentId : target.workflowId
  return `/a2a/${target.kind}/${encodeURIComponent(id)}`
}

/** What `metadata.skill` of a message to the fleet names: `agent/<id>` or `workflow/<id>`. */
export function readSkill(metadata: JsonObject | undefined): { kind: 'agent' | 'workflow'; id: string } | undefined {
  const [, kind, id] = /^(agent|workflow)\/(.+)$/s.exec(String(metadata?.skill ?? '')) ?? []
  return kind === undefined || id === undefined ? undefined : { kind: kind === 'agent' ? kind : 'workflow', id }
}
