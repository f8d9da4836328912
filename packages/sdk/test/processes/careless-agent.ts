/** An agent whose handlers leave errors behind in every way. Its process has nobody else who would catch them. */
import { EventEmitter } from 'node:events'
import { readFile } from 'node:fs'
import { createAgent, type TaskHandler } from '../../src/agent/create-agent.ts'

const [agentKitUrl = '', opsCoreUrl = ''] = process.argv.slice(2)
const never = () => new Promise<never>(() => {})
const fails = async () => {
  await null
  throw new Error('nobody waits for this')
}
const throws = () => {
  throw new Error('nobody waits for this')
}

const careless: Record<string, TaskHandler> = {
  promise: () => {
    void fails()
    return never()
  },
  timer: () => {
    setTimeout(throws, 1)
    return never()
  },
  tick: () => {
    process.nextTick(throws)
    return never()
  },
  callback: () => {
    readFile('/', throws)
    return never()
  },
  emitter: () => {
    setImmediate(() => new EventEmitter().emit('error', new Error('nobody waits for this')))
    return never()
  },
  null: () => {
    void Promise.reject(null)
    return never()
  },
  listener: (_task, { signal }) => {
    signal.addEventListener('abort', throws)
    return never()
  },
  tool: (_task, { callTool }) => {
    void callTool('none', {})
    return never()
  },
  heedful: (_task, { signal }) => {
    void fails()
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
  },
  late: () => {
    setTimeout(throws, 20)
    return 'done before'
  },
}

const agent = await createAgent({
  name: 'careless',
  capabilities: ['c'],
  tasks: { ...careless, sound: () => 'well' },
  agentKitUrl,
  opsCoreUrl,
  apiKey: 'k',
  maxConcurrency: 64,
})
process.send?.(agent.contactEndpoint)
process.once('message', (message) => {
  // No handler's fault: it ends the process, as it would without the agent.
  if (message === 'reject') void Promise.reject(new Error('of nobody'))
  else setTimeout(throws, 1)
})
