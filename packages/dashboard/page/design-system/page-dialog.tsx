import type { ReactNode } from 'react'
import { Dialog, Heading, Modal, ModalOverlay } from 'react-aria-components'
import { Button } from './button.tsx'

interface Props {
  isOpen: boolean
  title: string
  onClose: () => void
  children: ReactNode
  isWide?: boolean
}

/** Something over the page that is to be done or put away first. */
export function PageDialog({ isOpen, title, onClose, isWide, children }: Props) {
  return (
    <ModalOverlay className="overlay" isDismissable isOpen={isOpen} onOpenChange={(open) => open || onClose()}>
      <Modal className="modal" data-wide={isWide ? '' : undefined}>
        <Dialog className="dialog">
          <div className="row">
            <Heading slot="title" className="grow">
              {title}
            </Heading>
            <Button kind="quiet" icon="cross" aria-label="Close" onPress={onClose} />
          </div>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
