import type { BulkAction, BulkItem, BulkJob, BulkRequest } from '@opscore/contract'
import { Link } from '@tanstack/react-router'
import { problemOf } from '../../data/problem.ts'
import { Button } from '../../design-system/button.tsx'
import type { StatusLook } from '../../design-system/look.ts'
import { Notice } from '../../design-system/notice.tsx'
import { PageDialog } from '../../design-system/page-dialog.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { shortId } from '../../domain/copyable.tsx'
import { useBulk } from './use-bulk.ts'

interface Props {
  action: BulkAction
  chosen: Pick<BulkRequest, 'selection' | 'filter'>
  onClose: () => void
  onDone: () => void
}

const VERBS: Record<BulkAction, [will: string, done: string]> = {
  cancel: ['Cancel', 'cancelled'],
  retry: ['Retry', 'tried again'],
  pause: ['Pause', 'paused'],
  resume: ['Resume', 'resumed'],
}

/** First what would be done to each, then, over exactly these sessions, what became of each. */
export function BulkDialog({ action, chosen, onClose, onDone }: Props) {
  const { trial, run, error, begin } = useBulk(action, chosen)
  const [will, done] = VERBS[action]
  const shown = run ?? trial
  const ready = trial?.job.status === 'completed' && run === undefined
  const count = trial?.job.counts.ok ?? 0
  return (
    <PageDialog isOpen isWide title={`${will} sessions`} onClose={onClose}>
      {error === undefined ? null : <Notice tone="bad">{problemOf(error).detail}</Notice>}
      {shown === undefined ? (
        <p className="soft">Asking what it would do …</p>
      ) : (
        <JobProgress job={shown.job} done={done} />
      )}
      {shown === undefined ? null : <Items items={shown.items} total={shown.job.total} />}
      <div className="row dialog-foot">
        {run === undefined ? (
          <>
            <Button onPress={onClose}>Leave it</Button>
            <Button kind={action === 'cancel' ? 'danger' : 'main'} isDisabled={!ready || count === 0} onPress={begin}>
              {will} {ready ? count.toLocaleString('en') : ''} {count === 1 ? 'session' : 'sessions'}
            </Button>
          </>
        ) : (
          <Button kind="main" isDisabled={run.job.status !== 'completed'} onPress={onDone}>
            Done
          </Button>
        )}
      </div>
    </PageDialog>
  )
}

function JobProgress({ job: { total, done, counts, dryRun, status }, done: word }: { job: BulkJob; done: string }) {
  return (
    <div className="stack">
      <progress className="bulk-progress" max={Math.max(1, total)} value={done} aria-label="How far it is" />
      <p role="status">
        <span className="number">{counts.ok.toLocaleString('en')}</span> {dryRun ? 'would be' : ''} {word},{' '}
        <span className="number">{counts.skipped.toLocaleString('en')}</span> left as they are
        {counts.failed === 0 ? '' : `, ${counts.failed.toLocaleString('en')} failed`}
        {status === 'completed' ? '' : ` (${done.toLocaleString('en')} of ${total.toLocaleString('en')} looked at)`}.
      </p>
    </div>
  )
}

const OUTCOMES: Record<BulkItem['outcome'], StatusLook> = {
  ok: { word: 'Yes', shape: 'done', tone: 'good' },
  skipped: { word: 'Left', shape: 'skipped', tone: 'calm' },
  failed: { word: 'Failed', shape: 'failed', tone: 'bad' },
}

/** More lines than this nobody reads; the counts say the rest. */
const SHOWN = 200

function Items({ items, total }: { items: readonly BulkItem[]; total: number }) {
  return (
    <>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard. */}
      <ul className="bulk-items" tabIndex={0} aria-label="Session by session">
        {items.slice(0, SHOWN).map(({ sessionId, outcome, detail, code }) => (
          <li key={sessionId}>
            <Status look={OUTCOMES[outcome]} />
            <Link to="/sessions/$sessionId" params={{ sessionId }} className="quiet-link">
              <code>{shortId(sessionId)}</code>
            </Link>
            <span className="soft clip foreign" title={detail}>
              {detail ?? code}
            </span>
          </li>
        ))}
      </ul>
      {total > SHOWN ? (
        <p className="faint number">
          The first {SHOWN} of {total.toLocaleString('en')}.
        </p>
      ) : null}
    </>
  )
}
