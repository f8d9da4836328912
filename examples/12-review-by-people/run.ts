import { setTimeout } from 'node:timers/promises'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using writer = await startAgent('writer', {
  tasks: {
    draft: ({ parameters: { topic } }) => `All about ${topic}.`,
    again: ({ parameters: { topic, said } }) => `All about ${topic}. (${said})`,
    publish: () => null,
  },
})
const workflowDefinition = await readWorkflow(import.meta)
const { sessionId } = await opsCore.trigger(writer.agentId, { workflowDefinition, initialPayload: { topic: 'bees' } })

/** What the session asks next. */
async function asked() {
  for (;;) {
    const approval = (await opsCore.approvals.list()).items.find((one) => one.sessionId === sessionId)
    if (approval) return await opsCore.approvals.get(approval.approvalId)
    await setTimeout(50)
  }
}

const first = await asked()
console.log(`${first.title} ${JSON.stringify(first.content)}`)
await opsCore.approvals.decide(first.approvalId, { decision: 'rejected', comment: 'They dance' })
const second = await asked()
console.log(`${second.title} ${JSON.stringify(second.content)}`)
await opsCore.approvals.decide(second.approvalId, { decision: 'approved', contentHash: second.contentHash })
show(await ended(sessionId))
