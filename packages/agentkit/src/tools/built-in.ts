import type { AgentKitSettings } from '../config.ts'
import type { Outbounds } from '../outbounds.ts'
import { createHttpRequestTool } from './http-request.ts'
import { createLlmCompletionTool } from './llm-completion.ts'
import type { Tool } from './tool.ts'

/** The local tools that there are with these settings: a tool that could only fail is not listed. */
export function createBuiltInTools(settings: AgentKitSettings, outbounds: Outbounds): Tool[] {
  const { llmApiUrl: apiUrl, llmApiKey: apiKey, llmModel: model } = settings
  const tools = [createHttpRequestTool(outbounds.anywherePublic)]
  if (apiUrl !== undefined && model !== undefined) {
    tools.push(createLlmCompletionTool({ apiUrl, apiKey, model, outbound: outbounds.llm }))
  }
  return tools
}
