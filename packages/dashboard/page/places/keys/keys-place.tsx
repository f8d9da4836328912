import type { KeyView } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { useMemo, useState } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { keyList } from '../../data/keys.ts'
import { Button } from '../../design-system/button.tsx'
import { Status } from '../../design-system/state/status.tsx'
import type { Column } from '../../design-system/table/column.ts'
import { DataTable } from '../../design-system/table/data-table.tsx'
import { Clock } from '../../design-system/time.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { CreateKey } from './create-key.tsx'
import { keyLook } from './key-look.ts'
import { RevokeKey } from './revoke-key.tsx'

/** Who may do what. */
export function KeysPlace() {
  const { client } = useOpsCore()
  const [creates, setCreates] = useState(false)
  const list = useInfiniteQuery(keyList(client))
  const rows = useMemo(() => list.data?.pages.flatMap(({ items }) => items) ?? [], [list.data])
  const { hasNextPage, isFetching, fetchNextPage } = list
  return (
    <Place
      title="Keys"
      actions={
        <Button kind="main" icon="plus" onPress={() => setCreates(true)}>
          New key
        </Button>
      }
    >
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : (
        <DataTable
          label="API keys"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ keyId }) => keyId}
          onEnd={hasNextPage && !isFetching ? () => void fetchNextPage() : undefined}
        />
      )}
      {creates ? <CreateKey onClose={() => setCreates(false)} /> : null}
    </Place>
  )
}

const COLUMNS: readonly Column<KeyView>[] = [
  {
    id: 'state',
    name: 'State',
    width: '7rem',
    narrow: '6rem',
    cell: (key) => <Status look={keyLook(key, Date.now())} />,
  },
  {
    id: 'name',
    name: 'Name',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 1fr)',
    cell: ({ name }) => <span className="clip foreign row-name">{name}</span>,
  },
  {
    id: 'scopes',
    name: 'Scopes',
    width: 'minmax(8rem, 1fr)',
    narrow: 'minmax(0, 0.8fr)',
    cell: ({ scopes }) => <span className="clip soft">{scopes.join(', ')}</span>,
  },
  {
    id: 'agents',
    name: 'Agents',
    width: '7rem',
    cell: ({ agentIds }) => (
      <span className="soft clip foreign" title={agentIds?.join('\n')}>
        {agentIds === null ? 'all' : `${agentIds.length} named`}
      </span>
    ),
  },
  { id: 'id', name: 'Id', width: '10rem', cell: ({ keyId }) => <Copyable text={keyId} short /> },
  {
    id: 'made',
    name: 'Made',
    width: '9rem',
    cell: ({ createdAt }) => (createdAt === null ? null : <Clock time={createdAt} />),
  },
  {
    id: 'expires',
    name: 'Expires',
    width: '9rem',
    cell: ({ expiresAt }) => (expiresAt === null ? <span className="faint">never</span> : <Clock time={expiresAt} />),
  },
  {
    id: 'revoke',
    name: 'Revoke',
    head: <span className="unseen">Revoke</span>,
    width: '6.5rem',
    narrow: '6.5rem',
    align: 'end',
    cell: (key) => <RevokeKey apiKey={key} />,
  },
]
