import { once } from 'node:events'
import { createServer } from 'node:http'
import { buildConnector } from 'undici'
import { describe, expect, it, vi } from 'vitest'
import { createOriginPools } from '../../src/outbound/origin-pools.ts'

describe('the pools of origins', () => {
  it('are made once for each, and closed when they are not used any more', async () => {
    await using pools = createOriginPools({ connector: buildConnector({}), limitOf: () => 8, idle: 30 })
    expect(pools.of('http://a:1')).toBe(pools.of('http://a:1'))
    for (let port = 1; port <= 100; port += 1) pools.of(`http://a:${port}`)
    expect(pools.size).toBe(100)
    await vi.waitUntil(() => pools.size === 0)
  })

  it('stay while a request is under way', async () => {
    const server = createServer()
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`
    await using pools = createOriginPools({ connector: buildConnector({}), limitOf: () => 1, idle: 20 })
    const request = pools.of(origin).request({ path: '/', method: 'GET' })
    const [, response] = await once(server, 'request')
    pools.of('http://other:1')
    await vi.waitUntil(() => pools.size === 1)
    response.end('ok')
    expect(await (await request).body.text()).toBe('ok')
    await vi.waitUntil(() => pools.size === 0)
    server.close()
  })
})
