import type { KeyView } from '@opscore/contract'
import { useState } from 'react'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'

/** The root key is none of those that are made, so it is changed where it is configured. */
const ROOT = 'root'

export function RevokeKey({ apiKey: { keyId, name, revokedAt } }: { apiKey: KeyView }) {
  const [asks, setAsks] = useState(false)
  const revoke = useAction(`${name} is revoked`, (client) => client.keys.revoke(keyId), ['keys'])
  if (keyId === ROOT || revokedAt !== null) return null
  return (
    <>
      <Button kind="quiet" icon="cross" isPending={revoke.isPending} onPress={() => setAsks(true)}>
        Revoke
      </Button>
      <ConfirmDialog
        isOpen={asks}
        title={`Revoke ${name}?`}
        verb="Revoke the key"
        onClose={() => setAsks(false)}
        onConfirm={revoke.act}
      >
        Whoever uses it is refused from now on, and open event streams end. It cannot be taken back.
      </ConfirmDialog>
    </>
  )
}
