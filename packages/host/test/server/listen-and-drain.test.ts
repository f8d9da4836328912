import { once } from 'node:events'
import { Agent, get } from 'node:http'
import { connect, type Socket } from 'node:net'
import { describe, expect, it, onTestFinished, vi } from 'vitest'
import { createHttpApp, listenAndDrain, PortInUseError } from '../../src/index.ts'
import { silentLog } from '../silent-log.ts'

const DAY = 86_400_000

/** An app whose route `/held` answers when it is told to. */
function createHeldApp() {
  const app = createHttpApp({ log: silentLog, bodyLimit: 1024 })
  const release = Promise.withResolvers<void>()
  const entered = Promise.withResolvers<void>()
  app.get('/held', async () => {
    entered.resolve()
    await release.promise
    return { done: true }
  })
  app.get('/ready', async () => ({ draining: app.lifecycle.draining }))
  return { app, release: release.resolve, entered: entered.promise }
}

/** A reset is as good an end as a close. */
function whenClosed(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.on('error', () => {}).once('close', () => resolve()))
}

const listen = (app: ReturnType<typeof createHeldApp>['app'], port = 0) =>
  listenAndDrain({ app, host: '127.0.0.1', port })

describe('listening', () => {
  it('says where', async () => {
    const { url, port, drain } = await listen(createHeldApp().app)
    expect(url).toBe(`http://127.0.0.1:${port}`)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    await drain()
  })

  it('says which port is in use', async () => {
    const first = await listen(createHeldApp().app)
    const second = listen(createHeldApp().app, first.port)
    await expect(second).rejects.toBeInstanceOf(PortInUseError)
    await expect(second).rejects.toMatchObject({ port: first.port })
    await first.drain()
  })
})

describe('draining', () => {
  it('lets what is under way end, and tells it to close', async () => {
    const { app, release, entered } = createHeldApp()
    const { url, drain } = await listen(app)
    const answer = fetch(`${url}/held`)
    await entered
    const drained = drain()
    release()
    expect((await answer).headers.get('connection')).toBe('close')
    expect(await (await answer).json()).toEqual({ done: true })
    await drained
    await expect(fetch(`${url}/ready`)).rejects.toThrow()
  })

  it('serves on for its delay, not ready, closing each connection with its answer', async () => {
    const { app } = createHeldApp()
    const { url, drain } = await listen(app)
    const agent = new Agent({ keepAlive: true })
    const warm = get(`${url}/ready`, { agent })
    const [first] = await once(warm, 'response')
    first.resume()
    await once(first, 'end')
    expect(first.headers.connection).toBe('keep-alive')

    const drained = drain({ delay: 300 })
    const answer = await fetch(`${url}/ready`)
    expect(answer.headers.get('connection')).toBe('close')
    expect(await answer.json()).toEqual({ draining: true })
    await drained
    agent.destroy()
  })

  it('serves on for a delay that is longer than a timer holds, and closes when it is over', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const { url, drain } = await listen(createHeldApp().app)
    const drained = drain({ delay: 40 * DAY })
    await vi.advanceTimersByTimeAsync(40 * DAY - 1)
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    await vi.advanceTimersByTimeAsync(1)
    await drained
    await expect(fetch(`${url}/ready`)).rejects.toThrow()
  })

  it('ends streams by the signal', async () => {
    const { app } = createHeldApp()
    app.get('/stream', (_request, reply) => {
      reply.hijack()
      reply.raw.writeHead(200, { 'content-type': 'text/event-stream' })
      reply.raw.write(': hello\n\n')
      app.lifecycle.signal.addEventListener('abort', () => reply.raw.end())
    })
    const { url, drain } = await listen(app)
    const text = fetch(`${url}/stream`).then((answer) => answer.text())
    const begun = await fetch(`${url}/ready`)
    expect(begun.status).toBe(200)
    await drain()
    expect(await text).toBe(': hello\n\n')
  })

  it('cuts what does not end within its limit', async () => {
    const { app, release, entered } = createHeldApp()
    const { url, drain } = await listen(app)
    const answer = fetch(`${url}/held`)
    await entered
    await Promise.all([expect(answer).rejects.toThrow(), drain({ limit: 50 })])
    release()
  })

  it('cuts a body that never ends, and connections that never began', async () => {
    const { app } = createHeldApp()
    app.post('/body', async () => ({}))
    const { port, drain } = await listen(app)
    const stuck = connect(port, '127.0.0.1')
    const silent = connect(port, '127.0.0.1')
    const closed = Promise.all([stuck, silent].map(whenClosed))
    await Promise.all([once(stuck, 'connect'), once(silent, 'connect')])
    stuck.write('POST /body HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{')
    await drain({ limit: 100 })
    await closed
  })

  it('loses no request that was acknowledged, under load', async () => {
    const { app } = createHeldApp()
    let served = 0
    app.get('/count', async () => {
      served += 1
      return {}
    })
    const { url, drain } = await listen(app)
    let acknowledged = 0
    let refused = false
    const client = async () => {
      while (!refused) {
        try {
          const { status } = await fetch(`${url}/count`)
          if (status === 200) acknowledged += 1
        } catch {
          refused = true
        }
        if (acknowledged === 200) void drain()
      }
    }
    await Promise.all(Array.from({ length: 16 }, client))
    await drain()
    expect(acknowledged).toBe(served)
  })

  it('waits for no connection that asks for nothing', async () => {
    const { port, drain } = await listen(createHeldApp().app)
    const silent = connect(port, '127.0.0.1')
    const closed = whenClosed(silent)
    await once(silent, 'connect')
    await drain()
    await closed
  })

  it('may be asked for twice', async () => {
    const { drain } = await listen(createHeldApp().app)
    await Promise.all([drain(), drain()])
  })
})
