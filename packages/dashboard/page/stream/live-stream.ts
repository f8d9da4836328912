/** What happens, for this tab: events as they come, held back while the person has paused. */
import type { OpsEvent } from '@opscore/contract'
import type { HubAccess } from './hub.ts'
import { openHub } from './open-hub.ts'
import type { FromHub, Link } from './protocol.ts'

export interface LiveState {
  link: Link
  isPaused: boolean
  /** How many events are held back. */
  held: number
}

export type Heard = { type: 'events'; events: readonly OpsEvent[] } | { type: 'resync' }

export interface LiveStream {
  state(): LiveState
  /** Calls back when the state is another one. */
  watch(listener: () => void): () => void
  /** Calls back with what happened. */
  hear(listener: (heard: Heard) => void): () => void
  setPaused(isPaused: boolean): void
  /** Begins; returns what ends it. */
  start(): () => void
}

/** Beyond this what is held back is forgotten, and read anew when it goes on. */
const HELD_LIMIT = 5_000

export function createLiveStream(access: HubAccess): LiveStream {
  const watchers = new Set<() => void>()
  const hearers = new Set<(heard: Heard) => void>()
  let state: LiveState = { link: { state: 'connecting', since: Date.now() }, isPaused: false, held: 0 }
  let held: OpsEvent[] = []
  let mustResync = false

  function setState(change: Partial<LiveState>): void {
    state = { ...state, ...change }
    for (const watcher of watchers) watcher()
  }

  function spread(heard: Heard): void {
    for (const hearer of hearers) hearer(heard)
  }

  function tell(message: FromHub): void {
    if (message.type === 'link') setState({ link: message.link })
    else if (!state.isPaused) spread(message)
    else if (message.type === 'resync') mustResync = true
    else hold(message.events)
  }

  function hold(events: readonly OpsEvent[]): void {
    if (held.length + events.length > HELD_LIMIT) mustResync = true
    held = mustResync ? [] : [...held, ...events]
    setState({ held: state.held + events.length })
  }

  return {
    state: () => state,
    watch: (listener) => added(watchers, listener),
    hear: (listener) => added(hearers, listener),
    setPaused(isPaused) {
      const late = held
      const reread = mustResync
      held = []
      mustResync = false
      setState({ isPaused, held: 0 })
      if (reread) spread({ type: 'resync' })
      else if (late.length > 0) spread({ type: 'events', events: late })
    },
    start() {
      const member = openHub(access, tell)
      const look = () => (document.hidden ? member.sleep() : member.wake())
      document.addEventListener('visibilitychange', look)
      addEventListener('pagehide', member.leave)
      look()
      return () => {
        document.removeEventListener('visibilitychange', look)
        removeEventListener('pagehide', member.leave)
        member.leave()
      }
    },
  }
}

function added<T>(all: Set<T>, one: T): () => void {
  all.add(one)
  return () => all.delete(one)
}
