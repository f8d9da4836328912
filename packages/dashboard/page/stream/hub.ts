/** The one event stream of a browser, handed to every tab that has joined. */

import type { OpsEvent } from '@opscore/contract'
import { OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import type { FromHub, Link } from './protocol.ts'

export interface HubAccess {
  url: string
  apiKey: string
}

export interface Member {
  sleep(): void
  wake(): void
  leave(): void
}

export interface Hub {
  join(tell: (message: FromHub) => void): Member
}

/** What a tab gets at once, in milliseconds: it draws ten times a second and no more. */
const BEAT = 100
/** More events than this in one beat are not worth showing one by one: the tab reads anew. */
const BEAT_LIMIT = 2_000

export function createHub({ url, apiKey }: HubAccess): Hub {
  const members = new Set<ReturnType<typeof createMember>>()
  let link: Link = { state: 'connecting', since: Date.now() }
  let following: AbortController | undefined

  function setLink(next: Link): void {
    link = next
    for (const member of members) member.tell({ type: 'link', link })
  }

  /** The client asks for the stream again whenever it broke, so that asking while it is live means that it broke. */
  const client = new OpsCoreClient({
    url,
    apiKey,
    fetch(address, init) {
      if (link.state === 'live') setLink({ state: 'connecting', since: Date.now() })
      return fetch(address, init)
    },
  })

  async function follow(signal: AbortSignal): Promise<void> {
    const onOpen = () => setLink({ state: 'live', since: Date.now() })
    try {
      for await (const event of client.events({ signal, onOpen })) {
        for (const member of members) member.take(event)
      }
    } catch (error) {
      const { status, detail } = error instanceof OpsCoreError ? error : { status: 0, detail: String(error) }
      setLink({ state: 'refused', since: Date.now(), status, detail })
    }
  }

  return {
    join(tell) {
      const member = createMember(tell)
      members.add(member)
      tell({ type: 'link', link })
      if (following === undefined) {
        following = new AbortController()
        void follow(following.signal)
      }
      return {
        sleep: member.sleep,
        wake: member.wake,
        leave() {
          member.sleep()
          members.delete(member)
          if (members.size > 0) return
          following?.abort()
          following = undefined
        },
      }
    },
  }
}

type Taken = OpsEvent | { type: 'resync' }

/** Gathers what one tab gets until the next beat. */
function createMember(tell: (message: FromHub) => void) {
  let events: OpsEvent[] = []
  let mustResync = false
  let isAsleep = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    timer = undefined
    if (isAsleep) return
    if (mustResync) tell({ type: 'resync' })
    else if (events.length > 0) tell({ type: 'events', events })
    mustResync = false
    events = []
  }

  return {
    tell,
    take(event: Taken) {
      if (isAsleep || event.type === 'resync' || events.length >= BEAT_LIMIT) {
        mustResync = true
        events = []
      } else if (!mustResync) {
        events.push(event)
      }
      if (!isAsleep && timer === undefined) timer = setTimeout(flush, BEAT)
    },
    sleep() {
      if (events.length > 0) mustResync = true
      events = []
      isAsleep = true
    },
    wake() {
      isAsleep = false
      flush()
    },
  }
}
