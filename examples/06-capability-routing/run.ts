import { setTimeout } from 'node:timers/promises'
import type { TaskHandler } from '@opscore/sdk/agent'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

const work: TaskHandler = async ({ name }, { signal }) => {
  await setTimeout(200, undefined, { signal })
  return `${name}, done`
}
await using fleet = new AsyncDisposableStack()
const names = new Map<string, string>()
async function member(name: string, ...capabilities: string[]): Promise<string> {
  const { agentId } = fleet.use(await startAgent(name, { capabilities, tasks: { '*': work } }))
  names.set(agentId, name)
  return agentId
}
const editor = await member('editor')
await member('translator-1', 'translate')
await member('translator-2', 'translate')
await member('artist', 'draw')
await member('reviewer', 'review')

const { sessionId } = await opsCore.trigger(editor, { workflowDefinition: await readWorkflow(import.meta) })
const session = await ended(sessionId)
for (const { taskDefinitionId, attempts } of session.tasks) {
  const receipt = attempts.at(-1)?.receipt
  const others = receipt?.candidates.map(({ agentId, reason }) => `${names.get(agentId) ?? agentId} ${reason}`) ?? []
  const chosen = names.get(receipt?.chosen ?? '')
  console.log(`  ${taskDefinitionId} by ${chosen} (${[receipt?.reason, ...others].join(', ')})`)
}
show(session)
