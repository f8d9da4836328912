import './overview.css'
import { useQuery } from '@tanstack/react-query'
import { useOpsCore } from '../../access/ops-core.tsx'
import { overview } from '../../data/overview.ts'
import { ProblemView } from '../../domain/problem-view.tsx'
import { Place } from '../../shell/place.tsx'
import { AttentionList } from './attention-list.tsx'
import { Charts } from './charts.tsx'
import { Figures } from './figures.tsx'
import { FirstSteps } from './first-steps.tsx'
import { WaitingReasons } from './waiting-reasons.tsx'

/** The fleet at a glance, and what wants a person. */
export function OverviewPlace() {
  const { client } = useOpsCore()
  const { data, isError, error, errorUpdatedAt, refetch } = useQuery(overview(client))
  return (
    <Place title="Overview">
      {isError && data === undefined ? (
        <ProblemView error={error} since={errorUpdatedAt} onRetry={() => void refetch()} />
      ) : data === undefined ? null : isBare(data) ? (
        <FirstSteps />
      ) : (
        <div className="overview">
          <Figures overview={data} />
          <AttentionList total={data.attention.total} byKind={data.attention.byKind} />
          <div className="overview-side">
            <Charts series={data.series} />
            <WaitingReasons waiting={data.waiting} />
          </div>
        </div>
      )}
    </Place>
  )
}

function isBare({ agents, sessions }: Parameters<typeof Figures>[0]['overview']): boolean {
  return agents.total === 0 && Object.values(sessions.byStatus).every((count) => count === 0)
}
