import type { TaskView } from '@opscore/contract'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Elapsed } from '../../design-system/time.tsx'
import { AgentName } from '../../domain/agent-name.tsx'
import { TASK_LOOKS } from '../../domain/looks.ts'

interface Props {
  tasks: readonly TaskView[]
  chosen: string | undefined
  onChoose: (taskId: string) => void
}

/** The tasks in the order in which they became due, with the newest error of each. */
export function TaskTable({ tasks, chosen, onChoose }: Props) {
  return (
    <DataTable
      label="Tasks"
      columns={columnsWith(tasks, onChoose)}
      rows={tasks}
      keyOf={({ taskId }) => taskId}
      isMarked={({ taskId }) => taskId === chosen}
    />
  )
}

/** What none of the tasks has takes no room. */
function columnsWith(tasks: readonly TaskView[], onChoose: (taskId: string) => void): readonly Column<TaskView>[] {
  const hasError = tasks.some(
    ({ error, attempts }) => error !== null || attempts.some((attempt) => attempt.error !== null),
  )
  const hasProgress = tasks.some(({ progress }) => progress !== null)
  return columns(onChoose).filter(({ id }) => (id !== 'error' || hasError) && (id !== 'progress' || hasProgress))
}

const columns = (onChoose: (taskId: string) => void): readonly Column<TaskView>[] => [
  {
    id: 'status',
    name: 'Status',
    width: '8rem',
    narrow: '7rem',
    cell: ({ status }) => <Status look={TASK_LOOKS[status]} />,
  },
  {
    id: 'name',
    name: 'Task',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ taskId, name }) => (
      <button type="button" className="row-link clip foreign" onClick={() => onChoose(taskId)}>
        {name}
      </button>
    ),
  },
  {
    id: 'agent',
    name: 'Agent',
    width: 'minmax(6rem, 0.8fr)',
    cell: ({ agentId }) => (agentId === null ? <span className="faint">–</span> : <AgentName agentId={agentId} />),
  },
  {
    id: 'attempts',
    name: 'Attempts',
    width: '4.5rem',
    cell: ({ attempts }) => <span className="number">{attempts.length}</span>,
  },
  {
    id: 'error',
    name: 'Newest error',
    width: 'minmax(6rem, 1.6fr)',
    cell: (task) => <NewestError task={task} />,
  },
  {
    id: 'progress',
    name: 'Progress',
    width: 'minmax(5rem, 0.8fr)',
    cell: ({ progress }) => (progress === null ? null : <Progress {...progress} />),
  },
  {
    id: 'took',
    name: 'Took',
    width: '6rem',
    narrow: '5rem',
    align: 'end',
    cell: ({ createdAt, updatedAt, status }) => <Elapsed from={createdAt} to={ENDED.has(status) ? updatedAt : null} />,
  },
]

const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'cancelled', 'skipped'])

function NewestError({ task: { error, attempts } }: { task: TaskView }) {
  const newest = error ?? attempts.findLast((attempt) => attempt.error !== null)?.error
  if (!newest) return null
  return (
    <span className="clip foreign" title={`${newest.code}: ${newest.message}`}>
      <code className="bad-text">{newest.code}</code> <span className="soft">{newest.message}</span>
    </span>
  )
}

export function Progress({ fraction, text }: NonNullable<TaskView['progress']>) {
  return (
    <span className="row clip">
      {fraction === null ? null : (
        <>
          <progress max={1} value={fraction} aria-label="Progress" />
          <span className="number">{Math.round(fraction * 100)} %</span>
        </>
      )}
      <span className="clip foreign soft">{text}</span>
    </span>
  )
}
