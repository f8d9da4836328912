import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using clerk = await startAgent('clerk', {
  tasks: {
    sort: ({ parameters: { message } }) =>
      String(message).includes('broken') ? { kind: 'complaint', amount: 20 } : { kind: 'question' },
    '*': ({ name }) => `${name}: done`,
  },
})
const workflowDefinition = await readWorkflow(import.meta)
for (const message of ['My cup came broken.', 'When do you open?']) {
  const { sessionId } = await opsCore.trigger(clerk.agentId, { workflowDefinition, initialPayload: { message } })
  console.log(message)
  show(await ended(sessionId))
}
