import { Link, Outlet } from '@tanstack/react-router'
import { useOpsCore } from '../access/ops-core.tsx'
import { Button } from '../design-system/button.tsx'
import { Mark } from '../design-system/mark.tsx'
import { LiveControl } from './live-control.tsx'
import { Navigation } from './navigation.tsx'
import { ThemeSwitch } from './theme-switch.tsx'
import { useShortcuts } from './use-shortcuts.ts'

export function Shell() {
  const { leave } = useOpsCore()
  useShortcuts()
  return (
    <div className="shell">
      <a className="skip" href="#place">
        Skip to what is shown
      </a>
      <aside className="side">
        <Link to="/sessions" className="brand">
          <Mark />
          <span>Ops-Core</span>
        </Link>
        <Navigation />
        <div className="side-foot">
          <LiveControl />
          <div className="row side-tools">
            <ThemeSwitch />
            <Button kind="quiet" icon="leave" aria-label="Forget the key" onPress={() => leave()} />
          </div>
        </div>
      </aside>
      <Outlet />
    </div>
  )
}
