import { setTimeout } from 'node:timers/promises'
import { TaskError } from '@opscore/sdk/agent'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

const paying = Promise.withResolvers<void>()
let carrierIsThere = false

await using shop = await startAgent('shop', {
  tasks: {
    async pay({ parameters: { method } }, { signal }) {
      paying.resolve()
      if (method === 'cheque') await setTimeout(60_000, undefined, { signal })
      return 'paid'
    },
    ship() {
      if (!carrierIsThere) throw new TaskError('NO_CARRIER', 'No carrier goes there today.')
      return 'shipped'
    },
  },
})
const workflowDefinition = await readWorkflow(import.meta)

const slow = await opsCore.trigger(shop.agentId, { workflowDefinition, initialPayload: { method: 'cheque' } })
await paying.promise
await opsCore.sessions.cancel(slow.sessionId, { reason: 'The customer has changed their mind' })
show(await ended(slow.sessionId))

const { sessionId } = await opsCore.trigger(shop.agentId, { workflowDefinition })
show(await ended(sessionId))
carrierIsThere = true
await opsCore.sessions.retry(sessionId)
show(await ended(sessionId))
