import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { useAddress } from '../../shell/use-address.ts'

/** Two reasons for an empty list that must not look alike. */
export function NoSessions({ isFiltered }: { isFiltered: boolean }) {
  const address = useAddress()
  if (isFiltered) {
    const all = { status: undefined, workflow: undefined, agent: undefined, range: undefined }
    return (
      <EmptyState icon="search" title="No session fits the filters">
        <Button icon="cross" onPress={() => address.set(all, true)}>
          Take the filters off
        </Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="sessions" title="No session yet">
      <p>A session begins when a workflow is started. This starts the sample workflow:</p>
      <pre className="block">opscore workflow trigger sample_workflow_id</pre>
    </EmptyState>
  )
}
