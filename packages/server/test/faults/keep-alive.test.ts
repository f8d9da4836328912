/**
 * Clients that keep their connection and think between requests: no request may meet a connection that the server has
 * just closed. `npm run test:keep-alive` runs the full form: three minutes, think times of 4 to 12 s.
 */
import { Agent, request } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { createDice, type Dice } from '../../../engine/test/sim/virtual-world.ts'
import { API_KEY, type RunningOpsCore, startTestOpsCore } from '../end-to-end/ops-core.ts'

const { KEEP_ALIVE_SECONDS = '25', KEEP_ALIVE_CLIENTS = '40', KEEP_ALIVE_LONGEST = '8' } = process.env
const SHORTEST_THOUGHT = 4_000

interface Tally {
  answered: number
  sockets: number
  errors: string[]
}

it(`serves clients that think, for ${KEEP_ALIVE_SECONDS} s, over one connection each without an error`, async () => {
  await using opsCore = await startTestOpsCore('sqlite')
  const dice = createDice(Date.now())
  const tally: Tally = { answered: 0, sockets: 0, errors: [] }
  const clients = Array.from({ length: Number(KEEP_ALIVE_CLIENTS) }, (_, n) =>
    think(opsCore, `thinker-${n}`, dice, tally),
  )
  await Promise.all(clients)
  expect(tally.errors).toEqual([])
  expect(tally.answered).toBeGreaterThanOrEqual(2 * Number(KEEP_ALIVE_CLIENTS))
  expect(tally.sockets).toBe(Number(KEEP_ALIVE_CLIENTS))
})

async function think(opsCore: RunningOpsCore, agentId: string, dice: Dice, tally: Tally): Promise<void> {
  // One socket that is never let go by the client: whoever closes it is the server.
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  const details = { agentId, agentName: agentId, version: '1.0', contactEndpoint: 'http://127.0.0.1:9/' }
  const until = Date.now() + Number(KEEP_ALIVE_SECONDS) * 1_000
  try {
    await send(opsCore, agent, tally, '/v1/opscore/internal/agent/notify', {
      event_type: 'REGISTER',
      agent_details: details,
    })
    while (Date.now() < until) {
      await pause(dice.between(SHORTEST_THOUGHT, Number(KEEP_ALIVE_LONGEST) * 1_000))
      const report = { agentId, timestamp: new Date().toISOString(), state: 'idle', details: null }
      await send(opsCore, agent, tally, `/v1/opscore/agent/${agentId}/state`, report)
    }
  } finally {
    agent.destroy()
  }
}

/** No retry: the first error counts. */
function send(opsCore: RunningOpsCore, agent: Agent, tally: Tally, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' }
  return new Promise((resolve) => {
    const call = request(opsCore.url + path, { method: 'POST', agent, headers }, (answer) => {
      if ((answer.statusCode ?? 0) >= 300) tally.errors.push(`${path} answered ${answer.statusCode}`)
      answer.resume().on('end', () => {
        tally.answered += 1
        resolve()
      })
    })
    call.on('socket', () => {
      if (!call.reusedSocket) tally.sockets += 1
    })
    call.on('error', (error) => {
      tally.errors.push(`${path}: ${error}`)
      resolve()
    })
    call.end(JSON.stringify(body))
  })
}
