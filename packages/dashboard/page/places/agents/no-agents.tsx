import { Button } from '../../design-system/button.tsx'
import { EmptyState } from '../../design-system/empty-state.tsx'
import { useAddress } from '../../shell/use-address.ts'

export function NoAgents({ isFiltered }: { isFiltered: boolean }) {
  const address = useAddress()
  if (isFiltered) {
    const all = { state: undefined, liveness: undefined, capability: undefined, version: undefined, text: undefined }
    return (
      <EmptyState icon="search" title="No agent fits the filters">
        <Button icon="cross" onPress={() => address.set(all, true)}>
          Take the filters off
        </Button>
      </EmptyState>
    )
  }
  return (
    <EmptyState icon="agents" title="No agent yet">
      <p>Agents register with AgentKit, and AgentKit tells Ops-Core. This runs a simulated one:</p>
      <pre className="block">opscore agent run --name worker-1 --port 8081</pre>
    </EmptyState>
  )
}
