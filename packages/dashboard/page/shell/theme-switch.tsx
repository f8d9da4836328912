import { useState } from 'react'
import { Button } from '../design-system/button.tsx'
import { applyTheme, storedTheme, THEMES, type Theme } from './theme.ts'

const ICONS = { system: 'screen', light: 'sun', dark: 'moon' } as const
const NAMES: Record<Theme, string> = { system: 'as the system has it', light: 'light', dark: 'dark' }

export function ThemeSwitch() {
  const [theme, setTheme] = useState(storedTheme)
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
  function change() {
    applyTheme(next)
    setTheme(next)
  }
  const label = `Colours: ${NAMES[theme]}. Change to ${NAMES[next]}`
  return <Button kind="quiet" icon={ICONS[theme]} aria-label={label} onPress={change} />
}
