import type { SessionView } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import { useState } from 'react'
import { isOpen } from '../../data/sessions.ts'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'

/** What a person can do to a session as it stands; each says what became of it. */
export function SessionActions({ session: { sessionId, status } }: { session: SessionView }) {
  const [asks, setAsks] = useState(false)
  const sessions = (act: (calls: OpsCoreClient['sessions']) => Promise<unknown>) => (client: OpsCoreClient) =>
    act(client.sessions)
  const cancel = useAction(
    'The session is cancelled',
    sessions((calls) => calls.cancel(sessionId)),
    ['session', sessionId],
  )
  const pause = useAction(
    'The session is paused',
    sessions((calls) => calls.pause(sessionId)),
    ['session', sessionId],
  )
  const resume = useAction(
    'The session goes on',
    sessions((calls) => calls.resume(sessionId)),
    ['session', sessionId],
  )
  const retry = useAction(
    'What failed is tried again',
    sessions((calls) => calls.retry(sessionId)),
    ['session', sessionId],
  )
  return (
    <>
      {status === 'failed' ? (
        <Button kind="main" icon="retry" isPending={retry.isPending} onPress={retry.act}>
          Retry what failed
        </Button>
      ) : null}
      {status === 'paused' ? (
        <Button kind="main" icon="play" isPending={resume.isPending} onPress={resume.act}>
          Resume
        </Button>
      ) : null}
      {status === 'started' || status === 'running' ? (
        <Button icon="pause" isPending={pause.isPending} onPress={pause.act}>
          Pause
        </Button>
      ) : null}
      {isOpen(status) ? (
        <Button kind="danger" icon="stop" isPending={cancel.isPending} onPress={() => setAsks(true)}>
          Cancel
        </Button>
      ) : null}
      <ConfirmDialog
        isOpen={asks}
        title="Cancel this session?"
        verb="Cancel the session"
        onClose={() => setAsks(false)}
        onConfirm={cancel.act}
      >
        Nothing new is dispatched. Agents at work are told, where they take cancels. A cancelled session does not go on.
      </ConfirmDialog>
    </>
  )
}
