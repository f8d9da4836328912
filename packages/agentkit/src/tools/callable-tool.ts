import type { RegisterToolRequest } from '@opscore/contract'
import { type NetworkPolicy, type Outbound, refusedField } from '@opscore/host'
import { readEndpoint } from '../read-endpoint.ts'
import { type ArgumentCheck, compileArgumentSchema } from './argument-schema.ts'
import { createExternalTool } from './external.ts'
import type { Tool } from './tool.ts'

/** A tool that is ready to be called. `fixed`: built in or configured, so that HTTP cannot take it away. */
export interface CallableTool {
  tool: Tool
  checkArguments: ArgumentCheck
  fixed: boolean
}

/** How external tools are reached, and where they may be. */
export interface ToolNetwork {
  policy: NetworkPolicy
  outbound: Outbound
}

/** Throws `VALIDATION_FAILED` where the schema of the arguments is off. */
export function makeCallable(tool: Tool, { fixed }: { fixed: boolean }): CallableTool {
  const schema = compileArgumentSchema(tool.parameters)
  if (schema.ok) return { tool, checkArguments: schema.check, fixed }
  const message = `parameters: ${schema.reason}`
  throw refusedField(['body', 'parameters'], { message, input: tool.parameters })
}

/** Throws `ENDPOINT_REFUSED` and `VALIDATION_FAILED`. */
export function makeExternalCallable(
  definition: RegisterToolRequest,
  { policy, outbound }: ToolNetwork,
  { fixed }: { fixed: boolean },
): CallableTool {
  readEndpoint(policy, 'endpoint', definition.endpoint)
  return makeCallable(createExternalTool(definition, outbound), { fixed })
}
