import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { freePort } from '../../src/index.ts'

test('a free port can be listened on, and lies apart from those that outgoing connections take where it is to last', async () => {
  for (const lasting of [false, true]) {
    const port = await freePort({ lasting })
    const server = createServer().listen(port, '127.0.0.1')
    await once(server, 'listening')
    expect(port < 32_000).toBe(lasting)
    server.close()
    await once(server, 'close')
  }
})

test('a port that is spoken for is not given out again', async () => {
  const taken = new Set<number>()
  for (let n = 0; n < 50; n++) taken.add(await freePort({ except: taken }))
  expect(taken.size).toBe(50)
})
