import { hash } from 'node:crypto'
import { reply } from '../link/reply.ts'
import { sessionIdIn } from '../read/members.ts'
import { fromSortable } from '../rows/sortable-number.ts'
import type { Place, Reading } from './reading.ts'
import { listed, sameScore, wakeOf } from './target-agents.ts'

/** Sessions as they are listed by start, each with the other lists that it is in, and its own list of events. */
export async function readSessions({ link, pages, items }: Reading, { home, keys }: Place): Promise<void> {
  async function load(place: string) {
    const id = sessionIdIn(place)
    const fields = reply.fields(await link.send('HGETALL', keys.session(id)))
    const field = (name: string) => fields.get(name) ?? ''
    const indexes = [
      keys.sessionsIn('agentId', field('a')),
      keys.sessionsIn('workflowId', field('f')),
      keys.sessionsIn('status', field('st')),
    ]
    const places = await Promise.all(indexes.map((key) => link.send('ZSCORE', key, place)))
    const ended = await link.send('ZSCORE', keys.ended, id)
    const isListed = places.every((each) => each !== null) && sameScore(ended, field('e')) && field('x') === place
    return { id: listed(id, isListed), fields, field, place }
  }

  await pages.members('sessions', keys.sessions, load, async ({ id, fields, field, place }) => {
    items.session({
      id,
      version: Number(field('v')),
      status: field('st'),
      agentId: field('a'),
      workflowId: field('f'),
      startedAt: fromSortable(place),
      endedAt: field('e') === '' ? null : Number(field('e')),
      wakeAt: wakeOf(field('w')),
      definitionHash: field('d'),
      head: field('h'),
      tasks: tasksIn(fields),
    })
    await readEvents({ link, pages, items }, { home, keys }, sessionIdIn(place))
  })
}

function tasksIn(fields: ReadonlyMap<string, string>): { place: number; text: string }[] {
  const tasks = [...fields].flatMap(([name, text]) =>
    /^t\d+$/.test(name) ? [{ place: Number(name.slice(1)), text }] : [],
  )
  return tasks.sort((a, b) => a.place - b.place)
}

/** Oldest first: one that is not behind the one before it does not fit. */
async function readEvents({ pages, items }: Reading, { home, keys }: Place, sessionId: string): Promise<void> {
  let last = 0
  await pages.list('session histories', keys.eventsOf(sessionId), (item) => {
    const end = item.indexOf('\n')
    const position = Number(item.slice(0, end))
    const id = position > last ? sessionId : `${sessionId} (out of order)`
    last = position
    items.sessionEvent({ home, position, id, text: item.slice(end + 1) })
  })
}

/** Those that lie there, each as often as it is needed. */
export async function readDefinitions(
  { link, pages, items }: Reading,
  home: number,
  definitions: string,
  uses: string,
): Promise<void> {
  await pages.fields('definitions', definitions, async (name, text) => {
    const count = reply.number(reply.textOrNull(await link.send('HGET', uses, name)) ?? '0')
    const contentHash = hash('sha256', text)
    items.definition({ home, hash: name, contentHash, uses: count, text: () => text })
  })
}
