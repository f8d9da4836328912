import { readFileSync } from 'node:fs'
import { RegisterToolRequest } from '@opscore/contract'
import { ConfigurationError } from '@opscore/host'
import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import { parse } from 'yaml'
import { McpServers } from '../mcp/mcp-servers.ts'

const ToolsFile = Type.Object(
  { tools: Type.Optional(Type.Array(RegisterToolRequest)), mcpServers: Type.Optional(McpServers) },
  { additionalProperties: false, minProperties: 1 },
)

export interface ConfiguredTools {
  tools: RegisterToolRequest[]
  mcpServers: McpServers
}

/**
 * Reads `AGENTKIT_TOOLS`: YAML or JSON, `tools:` with what `POST /v1/tools` takes, or that list alone, and `mcpServers:`. Throws a
 * `ConfigurationError` that names every entry that is off.
 */
export function readToolsFile(file: string): ConfiguredTools {
  const content = readYaml(file)
  const document = Array.isArray(content) ? { tools: content } : content
  if (Check(ToolsFile, document)) return { tools: document.tools ?? [], mcpServers: document.mcpServers ?? {} }
  throw new ConfigurationError(
    Errors(ToolsFile, document).map(({ instancePath, message }) => `AGENTKIT_TOOLS ${file}${instancePath}: ${message}`),
  )
}

function readYaml(file: string): unknown {
  try {
    // Aliases can make a small file unfold into a huge one.
    return parse(readFileSync(file, 'utf8'), { maxAliasCount: 0 })
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new ConfigurationError([`AGENTKIT_TOOLS ${file} cannot be read: ${reason}`])
  }
}
