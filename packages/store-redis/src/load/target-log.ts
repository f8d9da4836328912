import type { Place, Reading } from './reading.ts'

/** The log of a partition, and the chains of agents that go through it: each entry names the one before, which is older. */
export async function readLog({ pages, items }: Reading, { home, keys }: Place): Promise<void> {
  await pages.log('events', keys.log, (id, fields) => {
    const position = Number(id.slice(0, id.indexOf('-')))
    const field = (name: string) => fields.get(name) ?? ''
    const kind = field('i').startsWith('a:') ? 'agent' : 'session'
    const owner = field('i').slice(2)
    items.event({ home, position, kind, id: owner, text: field('e') })
    if (kind === 'session') return
    const previous = Number(field('p'))
    items.link(previous < position ? owner : `${owner} (names a later event)`, previous)
  })
}
