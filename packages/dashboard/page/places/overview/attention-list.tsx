import type { AttentionItem, AttentionKind } from '@opscore/contract'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useMemo } from 'react'
import { ToggleButton } from 'react-aria-components'
import { useOpsCore } from '../../access/ops-core.tsx'
import { attentionList } from '../../data/overview.ts'
import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Since } from '../../design-system/time.tsx'
import { ATTENTION_LOOKS } from '../../domain/attention-looks.ts'
import { ProblemView } from '../../domain/problem-view.tsx'
import { useAddress } from '../../shell/use-address.ts'
import { Mend } from './mend.tsx'

const KINDS = Object.keys(ATTENTION_LOOKS) as AttentionKind[]

/** One list of all that wants a person, newest first, each with its reason and what mends it. */
export function AttentionList({ total, byKind }: { total: number; byKind: Readonly<Record<string, number>> }) {
  const { client } = useOpsCore()
  const address = useAddress()
  const kinds = KINDS.filter((kind) => address.many('kind').includes(kind))
  const list = useInfiniteQuery(attentionList(client, kinds))
  const items = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data])
  const toggled = (kind: AttentionKind) =>
    kinds.includes(kind) ? kinds.filter((each) => each !== kind) : [...kinds, kind]
  return (
    <section className="attention" aria-label="Attention">
      <header className="row attention-head">
        <h2>
          Attention <span className="count number">{total.toLocaleString('en')}</span>
        </h2>
        <fieldset className="chips">
          <legend className="unseen">Kind</legend>
          {KINDS.filter((kind) => (byKind[kind] ?? 0) > 0 || kinds.includes(kind)).map((kind) => (
            <ToggleButton
              key={kind}
              className="chip"
              isSelected={kinds.includes(kind)}
              onChange={() => address.set({ kind: toggled(kind) }, true)}
            >
              <Status look={ATTENTION_LOOKS[kind]} />
              <span className="faint number">{byKind[kind] ?? 0}</span>
            </ToggleButton>
          ))}
        </fieldset>
      </header>
      {list.isError ? (
        <ProblemView error={list.error} since={list.errorUpdatedAt} onRetry={() => void list.refetch()} />
      ) : null}
      {list.isSuccess && items.length === 0 ? (
        <EmptyState icon="check" tone="good" title={kinds.length > 0 ? 'Nothing of this kind' : 'Nothing wants you'}>
          <p>What fails, stands still or falls silent is listed here.</p>
        </EmptyState>
      ) : null}
      <ul className="attention-list">
        {items.map((item) => (
          <Item key={item.id} item={item} />
        ))}
      </ul>
      {list.hasNextPage ? (
        <Button kind="quiet" icon="down" isPending={list.isFetchingNextPage} onPress={() => void list.fetchNextPage()}>
          More
        </Button>
      ) : null}
    </section>
  )
}

function Item({ item }: { item: AttentionItem }) {
  const { kind, since, subject, code, detail } = item
  return (
    <li>
      <Status look={ATTENTION_LOOKS[kind]} />
      <span className="attention-what">
        <Subject subject={subject} /> <code className="faint foreign">{code}</code>
        <span className="soft foreign clip" title={detail}>
          {detail}
        </span>
      </span>
      <span className="faint">
        <Since time={since} />
      </span>
      <Mend item={item} />
    </li>
  )
}

function Subject({ subject: { type, id, name } }: Pick<AttentionItem, 'subject'>) {
  if (type === 'agent') {
    return (
      <Link to="/agents/$agentId" params={{ agentId: id }} className="attention-name foreign">
        {name}
      </Link>
    )
  }
  // A task's id begins with its session's.
  const sessionId = type === 'task' ? id.slice(0, id.lastIndexOf('.')) : id
  return (
    <Link
      to="/sessions/$sessionId"
      params={{ sessionId }}
      search={type === 'task' ? { task: id } : {}}
      className="attention-name foreign"
    >
      {name}
    </Link>
  )
}
