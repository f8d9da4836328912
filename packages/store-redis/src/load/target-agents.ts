import { reply } from '../link/reply.ts'
import { readCandidate } from '../read/members.ts'
import { fromSortable } from '../rows/sortable-number.ts'
import type { Place, Reading } from './reading.ts'

/** Where something is not in each of the lists that it belongs to, it is not what it should be: its id does not fit. */
export const listed = (id: string, isListed: boolean): string => (isListed ? id : `${id} (not listed as it should be)`)

/** Redis writes a number otherwise than we do. `cell` is empty where there is none. */
export const sameScore = (score: unknown, cell: string): boolean =>
  cell === '' ? score === null : score !== null && Number(score) === Number(cell)

export const wakeOf = (cell: string): number | null => (cell === '' ? null : fromSortable(cell))

/** Those that are registered, and those that left. Adds what they can do to `capabilities`. */
export async function readAgents(reading: Reading, { keys }: Place, capabilities: Set<string>): Promise<void> {
  const { link, pages, items } = reading
  const load = (isThere: boolean) => async (id: string) => {
    const found = await link.send('HMGET', keys.agent(id), 'v', 'p', 'l', 'w', 's', 'g', 'r')
    const [version, last, live = '', wake = '', state = '', gone = '', registration = '{}'] = reply.texts(found)
    const inState = await link.send('ZSCORE', keys.agentsInState(state), id)
    const left = await link.send('ZSCORE', keys.gone, id)
    const isListed = isThere ? gone === '' && inState !== null : sameScore(left, gone) && inState === null
    return { id, version, last, live, wake, state, gone, registration, isListed }
  }
  const visit = (agent: Awaited<ReturnType<ReturnType<typeof load>>>) => {
    const { id, version, last, live, wake, state, gone, registration, isListed } = agent
    items.agent({
      id: listed(id, isListed),
      version: reply.number(version),
      state,
      wakeAt: wakeOf(wake),
      deregisteredAt: gone === '' ? null : Number(gone),
      registration,
      live,
    })
    items.link(id, reply.number(last))
    if (gone !== '') return
    const parsed: { capabilities: string[] } = JSON.parse(registration)
    for (const one of parsed.capabilities) capabilities.add(one)
  }
  await pages.members('agents', keys.agents, load(true), visit)
  await pages.members('agents', keys.gone, load(false), visit)
}

/** In the indexes that routing and lists read, under every capability that some agent has. */
export async function readRouting({ pages, items }: Reading, { keys }: Place, capabilities: ReadonlySet<string>) {
  const asIs = async (member: string) => member
  for (const capability of capabilities) {
    await pages.members('routing entries', keys.candidates(capability), asIs, (member) =>
      items.candidate(capability, readCandidate(member)),
    )
    await pages.members('routing entries', keys.agentsWith(capability), asIs, (id) => items.capability(capability, id))
  }
}
