import type { AgentKitSettings } from '../config.ts'
import type { Outbounds } from '../outbounds.ts'
import { createHttpRequestTool } from './http-request.ts'
import { createGenericLlmCompletionTool } from './llm/generic-llm-completion.ts'
import { createLlmCompletionTool } from './llm/llm-completion.ts'
import type { Tool } from './tool.ts'

/**
 * The local tools that there are with these settings. One that could only fail is not among them, but for
 * `generic_llm_completion`: whoever comes from the Python AgentKit has it, and is told which variable it lacks.
 */
export function createBuiltInTools(settings: AgentKitSettings, outbounds: Outbounds): Tool[] {
  const { llmApiUrl: apiUrl, llmApiKey: apiKey, llmModel: model } = settings
  const fallback = apiUrl === undefined ? undefined : { apiUrl, apiKey }
  const tools = [createHttpRequestTool(outbounds.anywherePublic)]
  if (apiUrl !== undefined && model !== undefined) {
    tools.push(createLlmCompletionTool({ apiUrl, apiKey, model, outbound: outbounds.llm }))
  }
  tools.push(createGenericLlmCompletionTool({ variables: settings, fallback, outbound: outbounds.llm }))
  return tools
}
