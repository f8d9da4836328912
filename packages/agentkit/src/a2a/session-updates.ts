import type { StreamResponse } from '@a2a-js/sdk'
import type { SessionView } from '@opscore/contract'
import { artifactsOf, taskOf, taskStatus } from './session-task.ts'

/**
 * What is new of a session since its status was `shown`: the task where nothing was, else its status, and what it came to before
 * the last.
 */
export function updatesSince(shown: string | undefined, session: SessionView): StreamResponse[] {
  const { sessionId, status } = session
  if (shown === undefined) return [{ payload: { $case: 'task', value: taskOf(session) } }]
  if (shown === status) return []
  const ids = { taskId: sessionId, contextId: sessionId, metadata: undefined }
  return [
    ...artifactsOf(session).map((artifact): StreamResponse => {
      return { payload: { $case: 'artifactUpdate', value: { ...ids, artifact, append: false, lastChunk: true } } }
    }),
    { payload: { $case: 'statusUpdate', value: { ...ids, status: taskStatus(session) } } },
  ]
}
