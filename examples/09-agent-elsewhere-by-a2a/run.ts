import { agentKit, ended, known, opsCore, readWorkflow, show, startAgent } from '../connect.ts'
import { startShoutingAgent } from './shouting-agent.ts'

const shouter = await startShoutingAgent()
const { agentId } = await agentKit.registerRemoteAgent({ cardUrl: shouter.cardUrl })
await known(agentId)
await using counter = await startAgent('counter', {
  capabilities: ['count-letters'],
  tasks: { count: ({ parameters: { text } }) => `${text} has ${String(text).length} letters` },
})
const workflowDefinition = await readWorkflow(import.meta)
const { sessionId } = await opsCore.trigger(counter.agentId, { workflowDefinition, initialPayload: { text: 'hello' } })
show(await ended(sessionId))
await agentKit.deleteAgent(agentId)
shouter.close()
