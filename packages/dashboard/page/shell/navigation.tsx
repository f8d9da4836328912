import { Link, type LinkProps } from '@tanstack/react-router'
import { Icon, type IconName } from '../design-system/icon.tsx'

interface Entry {
  to: LinkProps['to']
  name: string
  icon: IconName
  /** `g` and then this goes there. */
  key: string
}

export const PLACES: readonly Entry[] = [
  { to: '/', name: 'Overview', icon: 'overview', key: 'o' },
  { to: '/agents', name: 'Agents', icon: 'agents', key: 'a' },
  { to: '/sessions', name: 'Sessions', icon: 'sessions', key: 's' },
  { to: '/workflows', name: 'Workflows', icon: 'workflows', key: 'w' },
  { to: '/schedules', name: 'Schedules', icon: 'clock', key: 'c' },
  { to: '/approvals', name: 'Approvals', icon: 'approvals', key: 'p' },
  { to: '/events', name: 'Events', icon: 'events', key: 'e' },
  { to: '/keys', name: 'Keys', icon: 'keys', key: 'k' },
  { to: '/system', name: 'System', icon: 'system', key: 'y' },
]

export function Navigation() {
  return (
    <nav className="navigation" aria-label="Places">
      <ul>
        {PLACES.map(({ to, name, icon, key }) => (
          <li key={name}>
            <Link to={to} activeOptions={{ exact: to === '/', includeSearch: false }} title={`g ${key}`}>
              <Icon name={icon} />
              <span>{name}</span>
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  )
}
