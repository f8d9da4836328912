import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using support = await startAgent('support', {
  tasks: {
    sort: ({ parameters: { text } }) => ({ topic: 'billing', missing: /\d/.test(`${text}`) ? null : 'invoice' }),
    ask: ({ parameters: { customer, question } }) => console.log(`to ${customer}: ${question}`),
    answer: ({ parameters: { topic, text, reply } }) => `${topic}: ${text} ${reply}`.trim(),
  },
})
const workflowDefinition = await readWorkflow(import.meta)
const initialPayload = { text: 'My invoice is wrong.', customer: 'Anna' }
const { sessionId } = await opsCore.trigger(support.agentId, { workflowDefinition, initialPayload })
const mail = { name: 'mail', id: 'message-1', payload: { text: 'It is number 17.' } }
await opsCore.sessions.signal(sessionId, mail)
await opsCore.sessions.signal(sessionId, mail)
show(await ended(sessionId))
