import type { OpsEvent, Page } from '@opscore/contract'
import type { InfiniteData } from '@tanstack/react-query'

export type EventPages = InfiniteData<Page<OpsEvent>, string | undefined>

/**
 * A history grows by what happens in its session: at the beginning where it is read from its newest event, else at the end once it is
 * read that far. Progress is not a part of it.
 */
export function withNews(pages: EventPages, events: readonly OpsEvent[], key: readonly unknown[]): EventPages {
  const [, sessionId, order] = key
  const isDown = order === 'desc'
  const edge = isDown ? pages.pages[0] : pages.pages.at(-1)
  if (!edge || (!isDown && edge.nextCursor !== null)) return pages
  const known = new Set(edge.items.map(({ id }) => id))
  const fresh = events.filter(
    (event) =>
      event.sessionId === sessionId && event.type !== 'task.progressed' && !known.has(event.id) && !isOfAgent(event),
  )
  if (fresh.length === 0) return pages
  if (!isDown) return { ...pages, pages: [...pages.pages.slice(0, -1), { ...edge, items: [...edge.items, ...fresh] }] }
  return { ...pages, pages: [{ ...edge, items: [...fresh.reverse(), ...edge.items] }, ...pages.pages.slice(1)] }
}

const isOfAgent = ({ type }: OpsEvent): boolean => type.startsWith('agent.')
