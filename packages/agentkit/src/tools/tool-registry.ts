import type { RegisterToolRequest } from '@opscore/contract'
import { ApiError, ConfigurationError, checkEndpoint, type Log, type NetworkPolicy, type Outbound } from '@opscore/host'
import type { Store } from '../store/store.ts'
import { type ArgumentCheck, compileArgumentSchema } from './argument-schema.ts'
import { completeDefinition, createExternalTool } from './external.ts'
import type { Tool } from './tool.ts'

/** A tool that is ready to be called. `fixed`: built in or configured, so that HTTP cannot take it away. */
export interface RegisteredTool {
  tool: Tool
  checkArguments: ArgumentCheck
  fixed: boolean
}

export interface ToolRegistry {
  find(name: string): RegisteredTool | undefined
  list(): Tool[]
  /**
   * Resolves once the tool is on disk, with whether it is new: the very same definition again is not an error. Throws
   * `TOOL_NAME_TAKEN`, `ENDPOINT_REFUSED`, `VALIDATION_FAILED` for a schema that is off, `RATE_LIMITED`.
   */
  register(definition: RegisterToolRequest): Promise<{ tool: Tool; created: boolean }>
  /** Throws `TOOL_NOT_FOUND`, and `STATE_CONFLICT` for a fixed tool. */
  remove(name: string): Promise<void>
}

export interface ToolRegistryOptions {
  store: Store
  /** Those that this process runs itself. */
  local: readonly Tool[]
  /** Those that are read from configuration at each start. */
  configured: readonly RegisterToolRequest[]
  policy: NetworkPolicy
  outbound: Outbound
  log: Log
}

/** All of them are listed in one answer, and each holds a compiled check in memory. */
const MAXIMUM = 1_000

/** Built-in tools, then those of the configuration, then those that were registered; a name belongs to the first. */
export function createToolRegistry({
  store,
  local,
  configured,
  policy,
  outbound,
  log,
}: ToolRegistryOptions): ToolRegistry {
  const tools = new Map<string, RegisteredTool>()

  function prepare(tool: Tool, fixed: boolean): RegisteredTool {
    const schema = compileArgumentSchema(tool.parameters)
    if (!schema.ok) throw parametersRefused(schema.reason)
    return { tool, checkArguments: schema.check, fixed }
  }

  function prepareExternal(definition: RegisterToolRequest, fixed = false): RegisteredTool {
    const endpoint = checkEndpoint(policy, definition.endpoint)
    if (!endpoint.ok) throw new ApiError('ENDPOINT_REFUSED', `endpoint: ${endpoint.reason}`)
    return prepare(createExternalTool(definition, outbound), fixed)
  }

  for (const tool of local) tools.set(tool.name, prepare(tool, true))
  for (const definition of configured) {
    const { name } = definition
    if (tools.has(name)) throw new ConfigurationError([`AGENTKIT_TOOLS has '${name}', which there is already`])
    try {
      tools.set(name, prepareExternal(definition, true))
    } catch (error) {
      throw new ConfigurationError([`AGENTKIT_TOOLS, '${name}': ${error instanceof Error ? error.message : error}`])
    }
  }
  for (const definition of store.contents.tools) {
    const { name } = definition
    try {
      if (tools.has(name)) log.warn({ tool: name }, 'a registered tool is hidden by one that is built in or configured')
      else tools.set(name, prepareExternal(definition))
    } catch (error) {
      // The configuration, such as the networks that are allowed, may have changed since it was registered.
      log.warn({ tool: name, err: error }, 'a registered tool is left out')
    }
  }

  return {
    find: (name) => tools.get(name),
    list: () => [...tools.values()].map(({ tool }) => tool),
    async register(definition) {
      const taken = new ApiError('TOOL_NAME_TAKEN', `There is another tool named '${definition.name}'`)
      if (tools.get(definition.name)?.fixed === true) throw taken
      if (tools.size >= MAXIMUM) throw new ApiError('STATE_CONFLICT', `There are ${MAXIMUM} tools already`)
      const registered = prepareExternal(definition)
      const outcome = await store.write('putTool', completeDefinition(definition))
      if (outcome === 'name-taken') throw taken
      tools.set(definition.name, registered)
      return { tool: registered.tool, created: outcome === 'created' }
    },
    async remove(name) {
      if (tools.get(name)?.fixed === true) {
        throw new ApiError('STATE_CONFLICT', `Tool '${name}' is built in or configured; it cannot be removed over HTTP`)
      }
      if (!(await store.write('removeTool', { name }))) throw new ApiError('TOOL_NOT_FOUND', `Tool not found: ${name}`)
      tools.delete(name)
    },
  }
}

function parametersRefused(reason: string): ApiError {
  return new ApiError('VALIDATION_FAILED', `parameters: ${reason}`, {
    errors: [{ path: '/parameters', message: reason }],
    issues: [{ loc: ['body', 'parameters'], msg: reason, type: 'value_error' }],
  })
}
