import type { BulkAction, BulkRequest } from '@opscore/contract'
import { useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import type { IconName } from '../../design-system/icon.tsx'
import { BulkDialog } from './bulk-dialog.tsx'

const ACTIONS: readonly { action: BulkAction; name: string; icon: IconName }[] = [
  { action: 'retry', name: 'Retry', icon: 'retry' },
  { action: 'pause', name: 'Pause', icon: 'pause' },
  { action: 'resume', name: 'Resume', icon: 'play' },
  { action: 'cancel', name: 'Cancel', icon: 'stop' },
]

interface Props {
  /** The sessions that are marked. */
  marked: ReadonlySet<string>
  /** What the list is filtered by; absent where it shows everything, for no action is ever on everything by accident. */
  filter: BulkRequest['filter']
  onDone: () => void
}

/** What can be done to many sessions at once: those that are marked, else all that fit the filters. */
export function BulkBar({ marked, filter, onDone }: Props) {
  const [action, setAction] = useState<BulkAction>()
  if (marked.size === 0 && filter === undefined) return null
  const chosen = marked.size > 0 ? { selection: [...marked] } : { filter }
  return (
    <div className="row bulk-bar" role="toolbar" aria-label="Actions on many sessions">
      <span className="grow soft">
        {marked.size > 0 ? `${marked.size} marked` : 'All that fit the filters, also those that are not read yet'}
      </span>
      {ACTIONS.map(({ action: each, name, icon }) => (
        <Button key={each} kind="quiet" icon={icon} onPress={() => setAction(each)}>
          {name}
        </Button>
      ))}
      {marked.size === 0 ? null : (
        <Button kind="quiet" icon="cross" onPress={onDone}>
          Unmark
        </Button>
      )}
      {action === undefined ? null : (
        <BulkDialog
          action={action}
          chosen={chosen}
          onClose={() => setAction(undefined)}
          onDone={() => {
            setAction(undefined)
            onDone()
          }}
        />
      )}
    </div>
  )
}
