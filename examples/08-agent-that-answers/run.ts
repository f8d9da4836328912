import { createServer } from 'node:http'
import { createTaskHandler, nodeListener, TaskError } from '@opscore/sdk/agent'
import { agentKit, ended, known, opsCore, readWorkflow, show } from '../connect.ts'

const handler = createTaskHandler({
  tasks: {
    read: ({ parameters }) => ({ amount: readAmount(String(parameters.receipt)) }),
    enter({ parameters }) {
      if (typeof parameters.amount !== 'number') throw new TaskError('NOT_A_NUMBER', 'The receipt has no amount.')
      return `entered ${parameters.amount}`
    },
  },
})
function readAmount(receipt: string): number | null {
  const amount = Number(receipt.split(' ').at(-1))
  return Number.isNaN(amount) ? null : amount
}

const server = createServer(nodeListener(handler))
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
const address = server.address()
if (address === null || typeof address === 'string') throw new Error('The server has no port')

const { agentId } = await agentKit.registerAgent({
  agentName: `receipts-${process.pid}`,
  version: '1.0.0',
  capabilities: ['receipts'],
  contactEndpoint: `http://127.0.0.1:${address.port}/`,
  metadata: { config: { answers: 'result', maxConcurrency: 4 } },
})
await known(agentId)
const workflowDefinition = await readWorkflow(import.meta)
for (const receipt of ['coffee 3.20', 'coffee, free']) {
  const { sessionId } = await opsCore.trigger(agentId, { workflowDefinition, initialPayload: { receipt } })
  show(await ended(sessionId))
}
await agentKit.deleteAgent(agentId)
server.close()
