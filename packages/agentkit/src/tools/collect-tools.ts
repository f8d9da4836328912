import type { RegisterToolRequest } from '@opscore/contract'
import { ConfigurationError, type Log } from '@opscore/host'
import { type CallableTool, makeCallable, makeExternalCallable, type ToolNetwork } from './callable-tool.ts'
import type { Tool } from './tool.ts'

export interface ToolSources {
  /** Those that this process runs itself. */
  local: readonly Tool[]
  /** Those that are read from configuration at each start. */
  configured: readonly RegisterToolRequest[]
  /** Those that were registered over HTTP. */
  stored: readonly RegisterToolRequest[]
}

/**
 * The tools there are at the start, by name; a name belongs to the first source that has it. Throws a
 * `ConfigurationError` where the configuration has a tool that cannot be.
 */
export function collectTools(
  { local, configured, stored }: ToolSources,
  { network, log }: { network: ToolNetwork; log: Log },
): Map<string, CallableTool> {
  const tools = new Map(local.map((tool) => [tool.name, makeCallable(tool, { fixed: true })]))
  for (const definition of configured) {
    const { name } = definition
    if (tools.has(name)) throw new ConfigurationError([`AGENTKIT_TOOLS has '${name}', which there is already`])
    try {
      tools.set(name, makeExternalCallable(definition, network, { fixed: true }))
    } catch (error) {
      throw new ConfigurationError([`AGENTKIT_TOOLS, '${name}': ${error instanceof Error ? error.message : error}`])
    }
  }
  for (const definition of stored) {
    const { name } = definition
    try {
      if (tools.has(name)) log.warn({ tool: name }, 'a registered tool is hidden by one that is built in or configured')
      else tools.set(name, makeExternalCallable(definition, network, { fixed: false }))
    } catch (error) {
      // What is allowed, such as the networks, may have changed since it was registered.
      log.warn({ tool: name, err: error }, 'a registered tool is left out')
    }
  }
  return tools
}
