/** `AGENTS` agents of the SDK in one process, each with room for `ROOM` tasks; `ANSWERS` is how they say what became of a task. */
import { createAgent } from '@opscore/sdk/agent'
import { serve } from './serve.ts'

const {
  OPSCORE_API_URL,
  OPSCORE_API_KEY,
  AGENTKIT_API_URL,
  AGENTS = '1',
  ROOM = '1',
  ANSWERS = 'reports',
} = process.env
if (!OPSCORE_API_URL || !OPSCORE_API_KEY || !AGENTKIT_API_URL) throw new Error('The servers and the key must be named')

const agents = await Promise.all(
  Array.from({ length: Number(AGENTS) }, (_, index) =>
    createAgent({
      name: `sdk agent ${index}`,
      capabilities: ['test_capability', 'another_capability'],
      tasks: { '*': () => ({ done: true }) },
      maxConcurrency: Number(ROOM),
      answers: ANSWERS === 'result' ? 'result' : 'reports',
      opsCoreUrl: OPSCORE_API_URL,
      agentKitUrl: AGENTKIT_API_URL,
      apiKey: OPSCORE_API_KEY,
    }),
  ),
)
serve({ url: agents[0]?.contactEndpoint ?? '', close: () => Promise.all(agents.map((agent) => agent.close())) })
