import {
  createOutbound,
  type NetworkPolicy,
  networkPolicy,
  type Outbound,
  TASK_ANSWER_LIMIT,
  TASK_ANSWERS_AT_ONCE,
} from '@opscore/host'
import type { AgentKitSettings } from './config.ts'

/** One per kind of peer, since each has its own networks, limits and patience. */
export interface Outbounds {
  agents: Outbound
  /** For those that may answer a task with its result, however long that takes. */
  patient: Outbound
  opsCore: Outbound
  tools: Outbound
  /** For addresses that an agent, or the model behind it, chooses. */
  anywherePublic: Outbound
  llm: Outbound
  /** Agents that speak A2A, and their cards. */
  a2a: Outbound
  /** MCP servers that the operator configured. */
  mcp: Outbound
  [Symbol.asyncDispose](): Promise<void>
}

/** What a tool may answer, in bytes. */
const TOOL_ANSWER_LIMIT = 1024 * 1024

/** Results go to Ops-Core side by side, one for each agent that has answered: by eights they would wait for each other. */
const TO_OPS_CORE_AT_ONCE = 64

/** `agentNetworks` holds for what others register; what the operator configured may be anywhere but link-local. */
export function createOutbounds(
  { toolTimeout, llmTimeout }: AgentKitSettings,
  agentNetworks: NetworkPolicy,
): Outbounds {
  const operators = networkPolicy('')
  const answerLimit = TOOL_ANSWER_LIMIT
  const outbounds = {
    agents: createOutbound({ policy: agentNetworks }),
    patient: createOutbound({
      ...TASK_ANSWERS_AT_ONCE,
      policy: agentNetworks,
      queueLimit: Number.POSITIVE_INFINITY,
      answerLimit: TASK_ANSWER_LIMIT,
    }),
    opsCore: createOutbound({ policy: operators, perOrigin: TO_OPS_CORE_AT_ONCE }),
    tools: createOutbound({ policy: agentNetworks, timeout: toolTimeout, answerLimit }),
    anywherePublic: createOutbound({ policy: networkPolicy('strict'), timeout: toolTimeout, answerLimit }),
    llm: createOutbound({ policy: operators, timeout: llmTimeout, answerLimit }),
    a2a: createOutbound({ policy: agentNetworks, timeout: toolTimeout, answerLimit }),
    mcp: createOutbound({ policy: operators, timeout: toolTimeout, answerLimit }),
  }
  return {
    ...outbounds,
    async [Symbol.asyncDispose]() {
      await Promise.all(Object.values(outbounds).map((outbound) => outbound[Symbol.asyncDispose]()))
    },
  }
}
