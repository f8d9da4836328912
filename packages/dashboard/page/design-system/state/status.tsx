import type { StatusLook } from '../look.ts'
import { StatusIcon } from './status-icon.tsx'

interface Props {
  look: StatusLook
  /** Where it is what one looks for, rather than one column of many. */
  isStrong?: boolean
}

/** How something stands: by icon, by word and by colour. */
export function Status({ look: { word, shape, tone }, isStrong }: Props) {
  return (
    <span className="status" data-tone={tone} data-strong={isStrong ? '' : undefined}>
      <StatusIcon shape={shape} />
      <span>{word}</span>
    </span>
  )
}
