import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using writer = await startAgent('writer', {
  tasks: {
    research: ({ parameters: { topic } }) => ({ topic, facts: [`${topic} grows on hills.`, `${topic} likes rain.`] }),
    write: ({ parameters: { title, facts } }) => `${title}: ${Array.isArray(facts) ? facts.join(' ') : facts}`,
  },
})
const { sessionId } = await opsCore.trigger(writer.agentId, {
  workflowDefinition: await readWorkflow(import.meta),
  initialPayload: { topic: 'coffee' },
})
show(await ended(sessionId))
