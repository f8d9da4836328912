import type { ReactNode } from 'react'
import { Button } from './button.tsx'
import { PageDialog } from './page-dialog.tsx'

interface Props {
  isOpen: boolean
  title: string
  /** What the button says that does it. */
  verb: string
  onConfirm: () => void
  onClose: () => void
  children: ReactNode
}

/** Before something that cannot be taken back. */
export function ConfirmDialog({ isOpen, title, verb, onConfirm, onClose, children }: Props) {
  return (
    <PageDialog isOpen={isOpen} title={title} onClose={onClose}>
      <p className="soft">{children}</p>
      <div className="row dialog-foot">
        <Button onPress={onClose}>Leave it</Button>
        <Button
          kind="danger"
          autoFocus
          onPress={() => {
            onConfirm()
            onClose()
          }}
        >
          {verb}
        </Button>
      </div>
    </PageDialog>
  )
}
