import { useRouter } from '@tanstack/react-router'
import type { MouseEvent, ReactNode } from 'react'
import { type Search, writeAddress } from './address.ts'

interface Props {
  place: 'agents' | 'sessions' | 'workflows'
  /** Of what is shown there. */
  id: string
  search?: Search
  className?: string
  title?: string
  children: ReactNode
  [data: `data-${string}`]: string | undefined
}

/**
 * A link to one agent, session or workflow, for lists with hundreds of them in sight: it knows its address by itself, where the router's own works
 * out the whole of the next location for each, which is most of what drawing a row costs.
 */
export function PlaceLink({ place, id, search = {}, children, ...rest }: Props) {
  const { basepath, history } = useRouter()
  const href = `${basepath === '/' ? '' : basepath}/${place}/${encodeURIComponent(id)}${writeAddress(search)}`
  function onClick(event: MouseEvent) {
    if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
    event.preventDefault()
    history.push(href)
  }
  return (
    <a href={href} onClick={onClick} {...rest}>
      {children}
    </a>
  )
}
