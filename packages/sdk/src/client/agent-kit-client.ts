import type {
  DispatchData,
  Envelope,
  GatewayAgent,
  Json,
  JsonObject,
  RegisterAgentData,
  RegisterAgentRequest,
  RegisterRemoteAgentRequest,
  RegisterToolRequest,
  ToolView,
} from '@opscore/contract'
import type { Call } from './call.ts'
import { OpsCoreError } from './ops-core-error.ts'
import { type CallOptions, createTransport, type Transport, type TransportOptions } from './transport.ts'

/** The URL may end in `/v1` or not; `apiKey` is needed where AgentKit asks for one. */
export type AgentKitClientOptions = TransportOptions

export interface MessageToAgent {
  senderId: string
  messageType: string
  payload: JsonObject
  [field: string]: Json
}

/** AgentKit's HTTP API. Envelopes are opened: methods return `data`, and throw `OpsCoreError` with `error_code`. */
export class AgentKitClient {
  readonly #transport: Transport

  constructor(options: AgentKitClientOptions) {
    this.#transport = createTransport(options)
  }

  health(options: CallOptions = {}): Promise<{ status: string }> {
    return this.#transport.request({ method: 'GET', path: ['health'], ...options })
  }

  /** A name that comes back with the same endpoint gets the id it had, so asking again does no harm. */
  registerAgent(agent: RegisterAgentRequest, options: CallOptions = {}): Promise<RegisterAgentData> {
    return this.#data({ method: 'POST', path: ['v1', 'agents', 'register'], body: agent, repeatable: true, ...options })
  }

  /** Registers an agent elsewhere that speaks A2A, by the URL of its card. Asking again does no harm. */
  registerRemoteAgent(agent: RegisterRemoteAgentRequest, options: CallOptions = {}): Promise<RegisterAgentData> {
    return this.#data({ method: 'POST', path: ['v1', 'agents', 'a2a'], body: agent, repeatable: true, ...options })
  }

  listAgents(options: CallOptions = {}): Promise<GatewayAgent[]> {
    return this.#data({ method: 'GET', path: ['v1', 'agents'], ...options })
  }

  getAgent(agentId: string, options: CallOptions = {}): Promise<GatewayAgent> {
    return this.#data({ method: 'GET', path: agentPath(agentId), ...options })
  }

  async deleteAgent(agentId: string, options: CallOptions = {}): Promise<void> {
    await this.#transport.request({ method: 'DELETE', path: agentPath(agentId), ...options })
  }

  /** Hands a message on to an agent; resolves when AgentKit has taken it, not when the agent has. */
  sendMessage(agentId: string, message: MessageToAgent, options: CallOptions = {}): Promise<DispatchData> {
    const body = { timestamp: new Date().toISOString(), ...message }
    return this.#data({ method: 'POST', path: agentPath(agentId, 'run'), body, ...options })
  }

  /** Runs a tool on behalf of an agent and returns its result. Never repeated: tools have effects. */
  callTool(agentId: string, tool: string, args: JsonObject = {}, options: CallOptions = {}): Promise<Json> {
    const body = {
      senderId: agentId,
      messageType: 'tool_invocation',
      payload: { tool_name: tool, arguments: args },
      timestamp: new Date().toISOString(),
    }
    return this.#data({ method: 'POST', path: agentPath(agentId, 'run'), body, ...options })
  }

  listTools(options: CallOptions = {}): Promise<ToolView[]> {
    return this.#data({ method: 'GET', path: ['v1', 'tools'], ...options })
  }

  registerTool(tool: RegisterToolRequest, options: CallOptions = {}): Promise<ToolView> {
    return this.#data({ method: 'POST', path: ['v1', 'tools'], body: tool, ...options })
  }

  /** A tool that fails answers 202 with `status: "error"`. */
  async #data<T>(call: Call): Promise<T> {
    const { status, message, data, error_code } = await this.#transport.request<Envelope<T>>(call)
    if (status === 'error') throw new OpsCoreError({ code: error_code ?? 'BAD_ANSWER', status: 202, detail: message })
    return data as T
  }
}

function agentPath(agentId: string, ...rest: string[]): string[] {
  return ['v1', 'agents', agentId, ...rest]
}
