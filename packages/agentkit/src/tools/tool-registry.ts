import type { RegisterToolRequest } from '@opscore/contract'
import { ApiError } from '@opscore/host'
import type { ToolSource } from '../mcp/mcp-tools.ts'
import type { Store } from '../store/store.ts'
import { type CallableTool, makeExternalCallable, type ToolNetwork } from './callable-tool.ts'
import { completeDefinition } from './external.ts'
import type { Tool } from './tool.ts'

export interface ToolRegistry {
  find(name: string): CallableTool | undefined
  list(): Tool[]
  /**
   * Resolves once the tool is on disk, with whether it is new: the very same definition again is not an error. Throws
   * `TOOL_NAME_TAKEN`, `ENDPOINT_REFUSED`, `VALIDATION_FAILED` for a schema that is off, `STATE_CONFLICT` where there are
   * too many.
   */
  register(definition: RegisterToolRequest): Promise<{ tool: Tool; created: boolean }>
  /** Throws `TOOL_NOT_FOUND`, and `STATE_CONFLICT` for a fixed tool. */
  remove(name: string): Promise<void>
}

export interface ToolRegistryOptions {
  store: Store
  /** Those there are at the start; the registry's own from here on. */
  tools: Map<string, CallableTool>
  network: ToolNetwork
  /** Those of MCP servers. */
  source: ToolSource
}

/** All of them are listed in one answer, and each holds a compiled check in memory. */
const MAXIMUM = 1_000

/** The tools as they were last committed, in memory. */
export function createToolRegistry({ store, tools, network, source }: ToolRegistryOptions): ToolRegistry {
  return {
    find: (name) => tools.get(name) ?? source.find(name),
    list: () => [...tools.values(), ...source.list()].map(({ tool }) => tool),
    async register(definition) {
      const taken = new ApiError('TOOL_NAME_TAKEN', `There is another tool named '${definition.name}'`)
      if (tools.get(definition.name)?.fixed === true || source.owns(definition.name)) throw taken
      if (tools.size >= MAXIMUM) throw new ApiError('STATE_CONFLICT', `There are ${MAXIMUM} tools already`)
      const callable = makeExternalCallable(definition, network, { fixed: false })
      const outcome = await store.write('putTool', completeDefinition(definition))
      if (outcome === 'name-taken') throw taken
      tools.set(definition.name, callable)
      return { tool: callable.tool, created: outcome === 'created' }
    },
    async remove(name) {
      if (tools.get(name)?.fixed === true || (!tools.has(name) && source.owns(name))) {
        throw new ApiError('STATE_CONFLICT', `Tool '${name}' is built in or configured; it cannot be removed over HTTP`)
      }
      if (!(await store.write('removeTool', { name }))) throw new ApiError('TOOL_NOT_FOUND', `Tool not found: ${name}`)
      tools.delete(name)
    },
  }
}
