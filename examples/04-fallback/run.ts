import { TaskError } from '@opscore/sdk/agent'
import { ended, opsCore, readWorkflow, show, startAgent } from '../connect.ts'

await using caller = await startAgent('model-caller', {
  tasks: {
    'ask-large-model': () => {
      throw new TaskError('OVERLOADED', 'The large model has no capacity.')
    },
    'ask-small-model': ({ parameters: { prompt, because } }) => `${prompt} Nobody knows. (${because})`,
    publish: () => 'published',
  },
})
const { sessionId } = await opsCore.trigger(caller.agentId, {
  workflowDefinition: await readWorkflow(import.meta),
  initialPayload: { prompt: 'Why is the sky blue?' },
})
show(await ended(sessionId))
