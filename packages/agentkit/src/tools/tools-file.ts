import { readFileSync } from 'node:fs'
import { RegisterToolRequest } from '@opscore/contract'
import { ConfigurationError } from '@opscore/host'
import Type from 'typebox'
import { Check, Errors } from 'typebox/value'
import { parse } from 'yaml'

const ToolsFile = Type.Object({ tools: Type.Array(RegisterToolRequest) })

/**
 * Reads `AGENTKIT_TOOLS`: YAML or JSON, `tools:` with what `POST /v1/tools` takes, or the bare list. Throws a
 * `ConfigurationError` that names every entry that is off.
 */
export function readToolsFile(file: string): RegisterToolRequest[] {
  const content = readYaml(file)
  const document = Array.isArray(content) ? { tools: content } : content
  if (Check(ToolsFile, document)) return document.tools
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
