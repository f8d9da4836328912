import type { SessionView, TriggerResponse } from '@opscore/contract'
import { expect } from 'vitest'
import { createApiClient } from './api-client.ts'

/** Starts a workflow of one task with the agent `one`, which carries it out, and waits for the session's end. */
export async function completeOneSession(url: string): Promise<void> {
  const api = createApiClient(() => url)
  const definition = { id: 'w', tasks: [{ taskId: 't', name: 't' }] }
  const { body } = await api.insist('POST', '/v1/opscore/agent/one/workflow', { workflowDefinition: definition })
  const path = `/v1/opscore/session/${(body as TriggerResponse).sessionId}`
  const status = async () => (await api.get<SessionView>(path)).status
  await expect.poll(status, { timeout: 60_000 }).toBe('completed')
}
