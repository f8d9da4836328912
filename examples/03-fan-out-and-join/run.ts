import { setTimeout } from 'node:timers/promises'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using analyst = await startAgent('analyst', {
  maxConcurrency: 3,
  tasks: {
    plan: () => ({ sources: ['web', 'papers', 'experts'] }),
    experts: () => {
      throw new Error('The experts have no time.')
    },
    summarize: () => 'What the sources say, in short.',
    '*': async ({ name }, { signal }) => {
      await setTimeout(200, undefined, { signal })
      return `what the ${name} says`
    },
  },
})
const { sessionId } = await opsCore.trigger(analyst.agentId, { workflowDefinition: await readWorkflow(import.meta) })
show(await ended(sessionId))
