import { connect } from 'node:net'

export interface RedisInfo {
  /** Bytes since its start. */
  received: number
  sent: number
  /** Bytes of its data. */
  memory: number
}

/** Asks a Redis on this machine how it is. */
export function redisInfo(port: number): Promise<RedisInfo> {
  return new Promise((resolve, reject) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write('INFO\r\nQUIT\r\n'))
    socket.on('data', (data) => {
      text += data
    })
    socket.once('error', reject)
    socket.once('close', () => {
      const figure = (name: string) => Number(new RegExp(`^${name}:(\\d+)`, 'm').exec(text)?.[1])
      resolve({
        received: figure('total_net_input_bytes'),
        sent: figure('total_net_output_bytes'),
        memory: figure('used_memory'),
      })
    })
  })
}
