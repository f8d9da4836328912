import { EmptyState } from '../../design-system/empty-state.tsx'

/** Nothing is there yet: what to run to see something. */
export function FirstSteps() {
  return (
    <EmptyState icon="bolt" title="Nothing here yet">
      <p>Ops-Core works, and knows no agent and no session. Run a simulated agent:</p>
      <pre className="block">opscore agent run --name worker-1 --port 8081</pre>
      <p>Then start a workflow with it, from the place Workflows or by</p>
      <pre className="block">opscore workflow trigger sample_workflow_id --agent worker-1</pre>
      <p className="faint">
        <code>npm start</code> brings up Ops-Core, AgentKit and three agents together.
      </p>
    </EmptyState>
  )
}
