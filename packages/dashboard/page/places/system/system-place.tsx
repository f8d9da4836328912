import './system.css'
import type { Json, ProcessView, SystemView } from '@opscore/contract'
import { useQuery } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { useOpsCore } from '../../access/ops-core.tsx'
import { system } from '../../data/system.ts'
import { Button } from '../../design-system/button.tsx'
import { Notice } from '../../design-system/notice.tsx'
import { Status } from '../../design-system/state/status.tsx'
import { Clock, Since } from '../../design-system/time.tsx'
import { Copyable } from '../../domain/copyable.tsx'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { useLiveState } from '../../stream/use-live.tsx'

/** How Ops-Core itself is. */
export function SystemPlace() {
  const { client } = useOpsCore()
  const { data, isError, error, errorUpdatedAt, refetch, isFetching, dataUpdatedAt } = useQuery(system(client))
  return (
    <Place
      title="System"
      actions={
        <>
          {data === undefined ? null : (
            <span className="faint">
              asked <Since time={dataUpdatedAt} isPast />
            </span>
          )}
          <Button icon="retry" isPending={isFetching} onPress={() => void refetch()}>
            Ask again
          </Button>
        </>
      }
    >
      {isError ? (
        <ProblemView error={error} since={errorUpdatedAt} onRetry={() => void refetch()} />
      ) : data === undefined ? null : (
        <div className="system">
          <Health health={data.health} />
          <Basics system={data} />
          <Processes processes={data.processes} />
          <Configuration configuration={data.configuration} />
        </div>
      )}
    </Place>
  )
}

function Health({ health: { status, since, detail } }: Pick<SystemView, 'health'>) {
  if (status === 'ok') return null
  return (
    <Notice tone="bad">
      <p className="foreign">
        Ops-Core is unwell{since === undefined ? '' : ' since '}
        {since === undefined ? null : <Clock time={since} />}: {detail ?? 'it does not say why'}
      </p>
    </Notice>
  )
}

function Basics({ system: { version, node, startedAt, role, store, queues, limits, health } }: { system: SystemView }) {
  const { link } = useLiveState()
  return (
    <div className="system-cards">
      <Card name="This process">
        <Row name="Health">
          <Status
            look={
              health.status === 'ok'
                ? { word: 'Well', shape: 'ready', tone: 'good' }
                : { word: 'Unwell', shape: 'failed', tone: 'bad' }
            }
          />
        </Row>
        <Row name="Ops-Core">{version}</Row>
        <Row name="Node">{node}</Row>
        <Row name="Role">{role}</Row>
        <Row name="Running for">
          <Since time={startedAt} />
        </Row>
        <Row name="This page's stream">
          {link.state} <Since time={link.since} />
        </Row>
      </Card>
      <Card name="Store">
        <Row name="Type">{store.type}</Row>
        <Row name="Partitions">{count(store.partitions)}</Row>
        <Row name="Positions of its log">{count(store.events)}</Row>
        <Row name="Trimmed up to">{count(store.trimmed)}</Row>
      </Card>
      <Card name="Queues">
        <Row name="Open sessions">{count(queues.openSessions)}</Row>
        <Row name="Effects to carry out">
          {queues.effects !== null && queues.effects >= 1_000 ? '1,000 or more' : count(queues.effects)}
        </Row>
        <Row name="Event streams">
          {count(queues.eventStreams)} of {count(limits.eventStreams)}
        </Row>
      </Card>
      <Card name="Limits">
        <Row name="Requests a second, for each key">{limits.rateLimit === null ? 'off' : count(limits.rateLimit)}</Row>
        <Row name="Sessions of a bulk job">{count(limits.bulkSessions)}</Row>
        <Row name="Bulk jobs at once">{count(limits.bulkJobs)}</Row>
      </Card>
    </div>
  )
}

/** `null`: the store cannot say it now. */
const count = (value: number | null) => (
  <span className="number">{value === null ? 'not known now' : value.toLocaleString('en')}</span>
)

function Card({ name, children }: { name: string; children: ReactNode }) {
  return (
    <section className="system-card" aria-label={name}>
      <h2>{name}</h2>
      <dl>{children}</dl>
    </section>
  )
}

function Row({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

function Processes({ processes }: { processes: readonly ProcessView[] }) {
  return (
    <section className="system-card" aria-label="Processes">
      <h2>
        Processes <span className="count number">{processes.length}</span>
      </h2>
      <ul className="processes">
        {processes.map(({ processId, role, version, startedAt, seenAt, self }) => (
          <li key={processId}>
            <Copyable text={processId} short />
            <span>{role}</span>
            <span className="soft">{version}</span>
            <span className="soft">
              running for <Since time={startedAt} />
            </span>
            <span className="faint">
              {self ? 'answers this page' : 'seen '}
              {self ? null : <Since time={seenAt} />}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}

function Configuration({ configuration }: { configuration: Readonly<Record<string, Json>> }) {
  return (
    <section className="system-card" aria-label="Configuration">
      <h2>Configuration, without secrets</h2>
      <dl className="configuration">
        {Object.entries(configuration).map(([name, value]) => (
          <div key={name}>
            <dt>
              <code>{name}</code>
            </dt>
            <dd className="foreign">
              <code className="soft">{typeof value === 'string' ? value : JSON.stringify(value)}</code>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  )
}
