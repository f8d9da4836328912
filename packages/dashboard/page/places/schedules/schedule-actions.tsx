import type { ScheduleView } from '@opscore/contract'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Input, Label, TextField } from 'react-aria-components'
import { Button } from '../../design-system/button.tsx'
import { ConfirmDialog } from '../../design-system/confirm-dialog.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { useAction } from '../../domain/use-action.tsx'
import { ScheduleDialog } from './schedule-dialog.tsx'

type Asks = 'change' | 'backfill' | 'delete' | null

export function ScheduleActions({ schedule }: { schedule: ScheduleView }) {
  const { scheduleId, status } = schedule
  const changes = ['schedule', scheduleId]
  const [asks, setAsks] = useState<Asks>(null)
  const close = () => setAsks(null)
  const pause = useAction('No time of it begins anything', (client) => client.schedules.pause(scheduleId), changes)
  const resume = useAction('Its times begin sessions again', (client) => client.schedules.resume(scheduleId), changes)
  const run = useAction('A session has begun', (client) => client.schedules.run(scheduleId), changes)
  return (
    <>
      <Button icon="bolt" isPending={run.isPending} onPress={run.act}>
        Run now
      </Button>
      {status === 'active' ? (
        <Button icon="pause" isPending={pause.isPending} onPress={pause.act}>
          Pause
        </Button>
      ) : (
        <Button icon="play" isPending={resume.isPending} onPress={resume.act}>
          Resume
        </Button>
      )}
      <Button icon="back" onPress={() => setAsks('backfill')}>
        Back-fill …
      </Button>
      <Button onPress={() => setAsks('change')}>Change …</Button>
      <Button kind="danger" icon="trash" aria-label="Delete the schedule" onPress={() => setAsks('delete')} />
      {asks === 'change' ? <ScheduleDialog schedule={schedule} onClose={close} /> : null}
      {asks === 'backfill' ? <Backfill scheduleId={scheduleId} onClose={close} /> : null}
      <Delete scheduleId={scheduleId} isOpen={asks === 'delete'} onClose={close} />
    </>
  )
}

function Delete({ scheduleId, isOpen, onClose }: { scheduleId: string; isOpen: boolean; onClose: () => void }) {
  const navigate = useNavigate()
  const remove = useAction(
    `${scheduleId} is deleted`,
    async (client) => {
      await client.schedules.delete(scheduleId)
      await navigate({ to: '/schedules' })
    },
    ['schedules'],
  )
  return (
    <ConfirmDialog
      isOpen={isOpen}
      title={`Delete ${scheduleId}?`}
      verb="Delete the schedule"
      onClose={onClose}
      onConfirm={remove.act}
    >
      Its history goes with it. Sessions that it began go on.
    </ConfirmDialog>
  )
}

/** Begins a session for each time of the past that has none. */
function Backfill({ scheduleId, onClose }: { scheduleId: string; onClose: () => void }) {
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const range = () => ({ from: new Date(from).toISOString(), to: new Date(to).toISOString() })
  const fill = useAction(
    'The times without a session have one',
    (client) => client.schedules.backfill(scheduleId, range()),
    ['schedule', scheduleId],
  )
  return (
    <PageDialog isOpen title={`Back-fill ${scheduleId}`} onClose={onClose}>
      <p className="soft">
        A session begins for each of its times in this range that has none yet, a hundred at most. A time that has one
        is left alone.
      </p>
      <TextField className="field" value={from} onChange={setFrom} type="datetime-local" isRequired>
        <Label>From, on the clock of this browser</Label>
        <Input />
      </TextField>
      <TextField className="field" value={to} onChange={setTo} type="datetime-local" isRequired>
        <Label>To</Label>
        <Input />
      </TextField>
      <div className="row dialog-foot">
        <Button onPress={onClose}>Leave it</Button>
        <Button
          kind="main"
          isDisabled={from === '' || to === ''}
          onPress={() => {
            fill.act()
            onClose()
          }}
        >
          Begin them
        </Button>
      </div>
    </PageDialog>
  )
}
