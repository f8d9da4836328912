/** A2A's official Python client against AgentKit. It brings the client from the package index into a folder of its own. */
import { execFile } from 'node:child_process'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { a2aFleet } from '../a2a/a2a-fleet.ts'
import { temporaryFolder } from '../agentkit-fixture.ts'

const run = promisify(execFile)
const SCRIPT = fileURLToPath(new URL('./python-client.py', import.meta.url))
const CLIENT = 'a2a-sdk==1.3.0'

async function pythonWithClient(): Promise<string> {
  const folder = await temporaryFolder()
  onTestFinished(() => rm(folder, { recursive: true }))
  await run('python3', ['-m', 'venv', folder])
  const python = join(folder, 'bin', 'python')
  await run(python, ['-m', 'pip', 'install', '--quiet', CLIENT, 'httpx'])
  return python
}

test('the Python client streams, reads, lists and waits, and meets the errors that it knows', async () => {
  const python = await pythonWithClient()
  const fleet = await a2aFleet()
  const work = () => ({ status: 'completed', result: { done: true } })
  const agentId = await fleet.agent('writer', { capabilities: ['write'], work })
  await fleet.store({ id: 'marked', expose: {}, tasks: [{ taskId: 'a', agentCapability: 'write' }] })
  const { stdout } = await run(python, [SCRIPT, fleet.kit.url, fleet.rootKey, agentId])
  const seen = JSON.parse(stdout)
  expect(seen).toMatchObject({
    artifacts: 1,
    listed: [true],
    cancel: 'TaskNotCancelableError',
    skills: [`agent/${agentId}`, 'workflow/marked'],
    states: ['TASK_STATE_COMPLETED', 'TASK_STATE_COMPLETED'],
  })
  expect(seen.events[0]).toBe('task')
  if (seen.events.length > 1) expect(seen.last).toBe('TASK_STATE_COMPLETED')
})
