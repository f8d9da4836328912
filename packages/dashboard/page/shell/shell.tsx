import { Link, Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useCallback, useEffect, useState } from 'react'
import { useOpsCore } from '../access/ops-core.tsx'
import { Button } from '../design-system/button.tsx'
import { Mark } from '../design-system/state/mark.tsx'
import { LiveControl } from './live-control.tsx'
import { Navigation } from './navigation.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { useShortcuts } from './use-shortcuts.ts'

/** Loaded when the page has nothing else to do, so that it is there when somebody asks: what is typed at once must not get lost. */
const loadPalette = () => import('../palette/palette.tsx')
const Palette = lazy(async () => ({ default: (await loadPalette()).Palette }))
const Help = lazy(async () => ({ default: (await import('./help.tsx')).Help }))

export function Shell() {
  const { leave } = useOpsCore()
  const [onTop, setOnTop] = useState<'palette' | 'help' | null>(null)
  const close = useCallback(() => setOnTop(null), [])
  const palette = useCallback(() => setOnTop('palette'), [])
  const help = useCallback(() => setOnTop('help'), [])
  useShortcuts({ palette, help })
  useEffect(() => {
    const timer = setTimeout(loadPalette, 2_000)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className="shell">
      <a className="skip" href="#place">
        Skip to what is shown
      </a>
      <aside className="side">
        <Link to="/" className="brand">
          <Mark />
          <span>Ops-Core</span>
        </Link>
        <Button icon="search" keys={findKeys()} onPress={palette}>
          Find
        </Button>
        <Navigation />
        <div className="side-foot">
          <LiveControl />
          <div className="row side-tools">
            <ThemeSwitch />
            <Button kind="quiet" icon="keyboard" aria-label="Keys of the keyboard" onPress={help} />
            <Button kind="quiet" icon="leave" aria-label="Forget the API key" onPress={() => leave()} />
          </div>
        </div>
      </aside>
      <Outlet />
      <Suspense>
        {onTop === 'palette' ? <Palette onClose={close} onHelp={help} /> : null}
        {onTop === 'help' ? <Help onClose={close} /> : null}
      </Suspense>
    </div>
  )
}

const findKeys = () => (/Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘K' : 'Ctrl K')
