import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { tinykeys } from 'tinykeys'
import { isTyping } from '../design-system/use-row-keys.ts'
import { PLACES } from './navigation.tsx'

/** Keys that work everywhere. Whoever types is left alone. */
export function useShortcuts(): void {
  const navigate = useNavigate()
  useEffect(() => {
    const places = PLACES.map(({ to, key }) => [`g ${key}`, unlessTyping(() => void navigate({ to }))])
    return tinykeys(window, Object.fromEntries(places))
  }, [navigate])
}

function unlessTyping(action: (event: KeyboardEvent) => void) {
  return (event: KeyboardEvent) => {
    if (isTyping(event.target)) return
    event.preventDefault()
    action(event)
  }
}
