import { A2A_PROTOCOL_VERSION, type AgentCard, type AgentSkill } from '@a2a-js/sdk'
import type { GatewayAgent, WorkflowSummary } from '@opscore/contract'
import { pathOf, type Target } from './target.ts'

/** Where AgentKit is for others, and whether it pushes. */
export interface CardPlace {
  baseUrl: string
  pushes: boolean
}

const MODES = ['application/json', 'text/plain']

/** The card of an agent: its capabilities are its skills. */
export function agentCard(agent: GatewayAgent, place: CardPlace): AgentCard {
  const { agentName, version, capabilities } = agent
  const skills = capabilities.map((one) => skill(one, one, `What the agent ${agentName} can do: ${one}`, [one]))
  return card({ kind: 'agent', agent }, place, {
    name: agentName,
    description: `The agent ${agentName}`,
    version,
    skills,
  })
}

/** The card of a marked workflow, which is its one skill. */
export function workflowCard(workflow: WorkflowSummary, place: CardPlace): AgentCard {
  const { id, version, revision } = workflow
  const { name, description } = wordsOf(workflow)
  const skills = [skill(id, name, description, ['workflow'])]
  const target: Target = { kind: 'workflow', workflowId: id }
  return card(target, place, { name, description, version: version ?? String(revision), skills })
}

/** The card of all: each agent and each of these workflows is a skill, which a message names by `metadata.skill`. */
export function fleetCard(
  agents: readonly GatewayAgent[],
  workflows: readonly WorkflowSummary[],
  place: CardPlace,
): AgentCard {
  const skills = [
    ...agents.map(({ agentId, agentName, capabilities }) =>
      skill(`agent/${agentId}`, agentName, `The agent ${agentName}`, ['agent', ...capabilities]),
    ),
    ...workflows.map((workflow) => {
      const { name, description } = wordsOf(workflow)
      return skill(`workflow/${workflow.id}`, name, description, ['workflow'])
    }),
  ]
  const description = 'A fleet of agents and its workflows. A message names one of the skills by metadata.skill.'
  return card({ kind: 'fleet' }, place, { name: 'Ops-Core', description, version: '1', skills })
}

function wordsOf({ id, name, description, expose }: WorkflowSummary): { name: string; description: string } {
  const title = expose?.name ?? name ?? id
  return { name: title, description: expose?.description ?? description ?? `Runs the workflow ${name ?? id}` }
}

function skill(id: string, name: string, description: string, tags: string[]): AgentSkill {
  return { id, name, description, tags, examples: [], inputModes: MODES, outputModes: MODES, securityRequirements: [] }
}

function card(
  target: Target,
  { baseUrl, pushes }: CardPlace,
  words: Pick<AgentCard, 'name' | 'description' | 'version' | 'skills'>,
): AgentCard {
  const url = `${baseUrl}${pathOf(target)}`
  const description = 'An API key of Ops-Core: its scopes say what may be done'
  return {
    ...words,
    supportedInterfaces: [{ url, protocolBinding: 'JSONRPC', tenant: '', protocolVersion: A2A_PROTOCOL_VERSION }],
    provider: undefined,
    capabilities: {
      streaming: true,
      pushNotifications: pushes,
      extensions: [],
      extendedAgentCard: target.kind === 'fleet',
    },
    securitySchemes: {
      opscore: {
        scheme: { $case: 'httpAuthSecurityScheme', value: { description, scheme: 'Bearer', bearerFormat: '' } },
      },
    },
    securityRequirements: [{ schemes: { opscore: { list: [] } } }],
    defaultInputModes: MODES,
    defaultOutputModes: MODES,
    signatures: [],
  }
}
