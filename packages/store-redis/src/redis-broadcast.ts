import type { OpsEvent } from '@opscore/contract'
import type { Broadcast, Log } from '@opscore/engine/store'
import { type Client, createClient } from './link/client.ts'
import { passingChannel } from './link/keys.ts'
import type { RedisAddress } from './link/redis-address.ts'

/** Tells events that are not stored to every process, by a channel of Redis, which is listened to while somebody does. */
export function createRedisBroadcast({ address, log }: { address: RedisAddress; log: Log }): Broadcast {
  const hearers = new Set<(event: OpsEvent) => void>()
  const speaker = createClient(address)
  speaker.connect().catch(() => {})
  let ear: Client | null = null

  function hear(text: string): void {
    // Written by `publish` of one of us.
    const event: OpsEvent = JSON.parse(text)
    for (const hearer of [...hearers]) hearer(event)
  }

  function listen(): Client {
    const client = createClient(address, 'waits')
    client.on('message', (_channel: string, text: string) => hear(text))
    client.subscribe(passingChannel).catch((error: unknown) => {
      log.debug({ error: String(error) }, 'Events that pass by are not heard')
    })
    return client
  }

  return {
    publish(event) {
      speaker.call('PUBLISH', passingChannel, JSON.stringify(event)).catch((error: unknown) => {
        log.debug({ error: String(error) }, 'An event that passes by was not told to the other processes')
      })
    },
    listen(hearing) {
      // Wrapped, so that two who listen with the same function are two.
      const hearer = (event: OpsEvent) => hearing(event)
      hearers.add(hearer)
      ear ??= listen()
      return () => {
        hearers.delete(hearer)
        if (hearers.size > 0) return
        ear?.disconnect()
        ear = null
      }
    },
    async close() {
      hearers.clear()
      ear?.disconnect()
      speaker.disconnect()
    },
  }
}
