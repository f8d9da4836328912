import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'
import type { Tone } from './look.ts'

interface Props {
  icon: IconName
  title: string
  tone?: Tone
  children?: ReactNode
}

/** Why there is nothing here, and what to do about it. */
export function EmptyState({ icon, title, tone = 'calm', children }: Props) {
  return (
    <div className="empty" data-tone={tone} role={tone === 'bad' ? 'alert' : undefined}>
      <Icon name={icon} />
      <h2>{title}</h2>
      <div className="soft stack">{children}</div>
    </div>
  )
}
