import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tinykeys } from 'tinykeys'
import { isTyping } from '../design-system/use-row-keys.ts'
import { useLiveStream } from '../stream/use-live.tsx'
import { PLACES } from './navigation.tsx'

interface Shown {
  palette(): void
  help(): void
}

/** Keys that work everywhere. Whoever types is left alone, but for the one that opens the palette. */
export function useShortcuts({ palette, help }: Shown): void {
  const navigate = useNavigate()
  const stream = useLiveStream()
  useEffect(() => {
    const places = PLACES.map(({ to, key }) => [`g ${key}`, unlessTyping(() => void navigate({ to }))])
    return tinykeys(window, {
      ...Object.fromEntries(places),
      '$mod+k': (event) => {
        event.preventDefault()
        palette()
      },
      '/': unlessTyping(palette),
      'Shift+?': unlessTyping(help),
      p: unlessTyping(() => stream.setPaused(!stream.state().isPaused)),
    })
  }, [navigate, stream, palette, help])
}

function unlessTyping(action: (event: KeyboardEvent) => void) {
  return (event: KeyboardEvent) => {
    if (isTyping(event.target) || event.metaKey || event.ctrlKey || event.altKey) return
    event.preventDefault()
    action(event)
  }
}
