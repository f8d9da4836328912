import type { QueryClient } from '@tanstack/react-query'

export interface Touched {
  sessions: ReadonlySet<string>
  agents: ReadonlySet<string>
}

/** Whatever happens in it, one thing is read again once in this time and no more; milliseconds. */
const PAUSE = 700

/** Queries about one session, and about one agent: the second part of their key is its id. */
const OF_SESSION = ['session', 'explain']
const OF_AGENT = ['agent', 'agent-history', 'agent-waits']
/** Of everything: what the server counts and lists from what happens. */
const OF_ALL = ['overview', 'attention', 'approvals', 'approval', 'schedules', 'schedule']

/** Reads again what is on screen and was touched; what is not on screen is read again when it is. */
export function createRereader(queries: QueryClient) {
  const waiting = new Map<string, readonly string[]>()
  let timer: ReturnType<typeof setTimeout> | undefined

  function flush(): void {
    timer = undefined
    const keys = [...waiting.values()]
    waiting.clear()
    for (const queryKey of keys) void queries.invalidateQueries({ queryKey })
    if (keys.length > 0) timer = setTimeout(flush, PAUSE)
  }

  function add(key: readonly string[]): void {
    if (queries.getQueryCache().find({ queryKey: key, exact: false })) waiting.set(key.join(' '), key)
  }

  return {
    reread({ sessions, agents }: Touched): void {
      for (const id of sessions) for (const kind of OF_SESSION) add([kind, id])
      for (const id of agents) for (const kind of OF_AGENT) add([kind, id])
      for (const kind of OF_ALL) add([kind])
      if (waiting.size > 0 && timer === undefined) flush()
    },
  }
}
