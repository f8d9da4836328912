export { type AgentKitSettings, agentKitSettings } from './config.ts'
export { type AgentKit, type StartOptions, startAgentKit } from './start-agentkit.ts'
export { type Tool, ToolError } from './tools/tool.ts'
