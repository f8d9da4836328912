import type { ReactNode } from 'react'
import { Icon } from './icon.tsx'
import type { Tone } from './look.ts'

/** Something that a person should know here; what is wrong is read out at once. */
export function Notice({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <div className="notice" data-tone={tone} role={tone === 'bad' ? 'alert' : 'status'}>
      <Icon name={tone === 'bad' || tone === 'warning' ? 'alert' : 'info'} />
      <div className="grow">{children}</div>
    </div>
  )
}
