import { connect } from 'node:net'
import type { Member } from './start-members.ts'

export const local = (port: number): string => `http://127.0.0.1:${port}`

/** A Redis that keeps everything in `folder`, flushed every second. */
export function redisMember(port: number, folder: string): Member {
  const options = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    appendonly: 'yes',
    appendfsync: 'everysec',
    'maxmemory-policy': 'noeviction',
    save: '',
  }
  return {
    name: 'redis',
    program: 'redis-server',
    args: Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    isReady: () => answersPing(port),
  }
}

/** A simulated agent. It has room for `places` tasks at once. */
export function agentMember(agent: {
  name: string
  port: number
  /** Separated by commas. */
  capabilities: string
  env: Record<string, string>
  places?: number
}): Member {
  const { name, port, capabilities, env, places = 1 } = agent
  const address = ['--host', '127.0.0.1', '--port', String(port), '--contact-endpoint', `${local(port)}/`]
  const work = ['--capabilities', capabilities, '--max-concurrency', String(places), '--work-time', '100-300ms']
  return { name, args: ['agent', 'run', '--name', name, ...address, ...work, '--drain-timeout', '5s'], env }
}

/** It loads what it had written before it answers. */
function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => socket.write('PING\r\n'))
    const end = (answered: boolean) => {
      socket.destroy()
      resolve(answered)
    }
    socket.once('data', (data) => end(data.toString().startsWith('+PONG')))
    socket.once('error', () => end(false))
    socket.setTimeout(1_000, () => end(false))
  })
}
