import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { eventually, sendCancel, sendTask, surroundings } from '../agent/agent-surroundings.ts'

const AGENT = fileURLToPath(new URL('careless-agent.ts', import.meta.url))

async function startCareless() {
  const around = await surroundings()
  const child = fork(AGENT, [around.agentKit.url, around.opsCore.url], { stdio: ['ignore', 'ignore', 'pipe', 'ipc'] })
  onTestFinished(() => void child.kill('SIGKILL'))
  let stderr = ''
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text
  })
  const [contactEndpoint] = await once(child, 'message')
  const failureOf = (id: string) =>
    around.reports.find(({ state, details }) => state === 'error' && details.opscore_task_id === id)?.details
  return { around, child, agent: { contactEndpoint: String(contactEndpoint) }, failureOf, stderr: () => stderr }
}

test('whatever a handler leaves behind fails its own attempt, and the process and its other tasks go on', async () => {
  const { around, child, agent, failureOf, stderr } = await startCareless()
  for (const name of ['promise', 'timer', 'tick', 'callback', 'emitter', 'heedful']) {
    await sendTask(agent, name, { name })
    await eventually(() =>
      expect(failureOf(name)).toMatchObject({ errorCode: 'AGENT_ERROR', message: 'nobody waits for this' }),
    )
  }
  await sendTask(agent, 'null', { name: 'null' })
  await eventually(() => expect(failureOf('null')).toMatchObject({ message: 'null was thrown.' }))
  around.agentKit.behave(() => ({
    status: 404,
    body: { status: 'error', error_code: 'TOOL_NOT_FOUND', detail: 'No.' },
  }))
  await sendTask(agent, 'tool', { name: 'tool' })
  await eventually(() => expect(failureOf('tool')).toMatchObject({ errorCode: 'TOOL_NOT_FOUND', message: 'No.' }))

  await sendTask(agent, 'late', { name: 'late' })
  const said = () => stderr().split('an error that nobody waited for').length - 1
  await eventually(() => expect(said()).toBe(9))
  await sendTask(agent, 'listener', { name: 'listener', deadline: new Date(Date.now() + 50) })
  await eventually(() => expect(said()).toBe(10))
  await sendTask(agent, 'cancelled', { name: 'listener' })
  await sendCancel(agent, 'cancelled')
  await eventually(() => expect(said()).toBe(11))

  await sendTask(agent, 'sound', { name: 'sound' })
  await eventually(() => expect(around.accepted).toContain('idle:sound'))
  expect(around.reports.find(({ details }) => details?.opscore_task_id === 'late' && details.result)).toBeDefined()
  expect(child.exitCode).toBeNull()
})

test.each(['reject', 'throw'])('what no handler has left behind ends the process as ever: %s', async (how) => {
  const { child, stderr } = await startCareless()
  child.send(how)
  const [code] = await once(child, 'exit')
  expect(code).toBeGreaterThan(0)
  await eventually(() => expect(stderr()).toContain(how === 'reject' ? 'of nobody' : 'nobody waits for this'))
})
