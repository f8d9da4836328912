import type { ReactNode } from 'react'
import { Button as AriaButton, type ButtonProps } from 'react-aria-components'
import { Icon, type IconName } from './icon.tsx'

interface Props extends Omit<ButtonProps, 'children' | 'className' | 'style'> {
  /** `main` is the one thing to do here; `quiet` has no edge; `danger` destroys. */
  kind?: 'usual' | 'main' | 'quiet' | 'danger'
  icon?: IconName
  /** Its key, shown beside the word. */
  keys?: string
  children?: ReactNode
}

/** One with an icon alone is named by `aria-label`. */
export function Button({ kind = 'usual', icon, keys, children, ...rest }: Props) {
  return (
    <AriaButton {...rest} className="button" data-kind={kind} data-bare={children === undefined ? '' : undefined}>
      {icon === undefined ? null : <Icon name={icon} />}
      {children === undefined ? null : <span>{children}</span>}
      {keys === undefined ? null : <kbd>{keys}</kbd>}
    </AriaButton>
  )
}
