import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tinykeys } from 'tinykeys'
import { isTyping } from '../design-system/table/use-row-keys.ts'
import { useLiveStream } from '../stream/use-live.tsx'
import { PLACES } from './navigation.tsx'

/** How long `g` waits for its letter, in milliseconds. */
const SEQUENCE = 3_000

interface Shown {
  palette(): void
  help(): void
}

/** Keys that work everywhere. Whoever types is left alone, but for the one that opens the palette. */
export function useShortcuts({ palette, help }: Shown): void {
  const navigate = useNavigate()
  const stream = useLiveStream()
  useEffect(() => followLeader((to) => void navigate({ to })), [navigate])
  useEffect(
    () =>
      tinykeys(window, {
        '$mod+k': (event) => {
          event.preventDefault()
          palette()
        },
      }),
    [palette],
  )
  useEffect(() => {
    // By what a key writes: on some keyboards it takes `Shift` for these, on others not.
    const actions: Record<string, () => void> = {
      '/': palette,
      '?': help,
      p: () => stream.setPaused(!stream.state().isPaused),
    }
    const onKeyDown = unlessTyping((event) => actions[event.key])
    addEventListener('keydown', onKeyDown)
    return () => removeEventListener('keydown', onKeyDown)
  }, [stream, palette, help])
}

/** `g` and then a letter. The letter means nothing else then, so it is taken before anybody else sees it. */
function followLeader(go: (to: (typeof PLACES)[number]['to']) => void): () => void {
  let ledAt = Number.NEGATIVE_INFINITY
  function onKeyDown(event: KeyboardEvent): void {
    if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
    const isLed = event.timeStamp - ledAt < SEQUENCE
    ledAt = Number.NEGATIVE_INFINITY
    const place = isLed ? PLACES.find(({ key }) => key === event.key) : undefined
    if (place) go(place.to)
    else if (event.key === 'g') ledAt = event.timeStamp
    else return
    event.preventDefault()
    event.stopImmediatePropagation()
  }
  addEventListener('keydown', onKeyDown, { capture: true })
  return () => removeEventListener('keydown', onKeyDown, { capture: true })
}

function unlessTyping(actionFor: (event: KeyboardEvent) => (() => void) | undefined) {
  return (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
    const action = actionFor(event)
    if (action === undefined) return
    event.preventDefault()
    action()
  }
}
