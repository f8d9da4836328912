import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { readAddress, type Search, writeAddress } from './shell/address.ts'
import { NoSuchPlace } from './shell/no-such-place.tsx'
import { PlaceFailed } from './shell/place-failed.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRoute({
  component: Shell,
  notFoundComponent: NoSuchPlace,
  validateSearch: (search: Search): Search => search,
})

const at = <P extends string>(path: P) => ({ getParentRoute: () => root, path })

/** Each place is loaded when somebody goes there. */
const agents = createRoute({
  ...at('/agents'),
  component: lazyRouteComponent(() => import('./places/agents/agents-place.tsx'), 'AgentsPlace'),
})
const agent = createRoute({
  ...at('/agents/$agentId'),
  component: lazyRouteComponent(() => import('./places/agent/agent-place.tsx'), 'AgentPlace'),
})
const sessions = createRoute({
  ...at('/sessions'),
  component: lazyRouteComponent(() => import('./places/sessions/sessions-place.tsx'), 'SessionsPlace'),
})
const session = createRoute({
  ...at('/sessions/$sessionId'),
  component: lazyRouteComponent(() => import('./places/session/session-place.tsx'), 'SessionPlace'),
})

const overview = createRoute({
  ...at('/'),
  component: lazyRouteComponent(() => import('./places/overview/overview-place.tsx'), 'OverviewPlace'),
})
const workflows = createRoute({
  ...at('/workflows'),
  component: lazyRouteComponent(() => import('./places/workflows/workflows-place.tsx'), 'WorkflowsPlace'),
})
const workflow = createRoute({
  ...at('/workflows/$workflowId'),
  component: lazyRouteComponent(() => import('./places/workflows/workflow-place.tsx'), 'WorkflowPlace'),
})
const events = createRoute({
  ...at('/events'),
  component: lazyRouteComponent(() => import('./places/events/events-place.tsx'), 'EventsPlace'),
})
const keys = createRoute({
  ...at('/keys'),
  component: lazyRouteComponent(() => import('./places/keys/keys-place.tsx'), 'KeysPlace'),
})
const approvals = createRoute({
  ...at('/approvals'),
  component: lazyRouteComponent(() => import('./places/approvals/approvals-place.tsx'), 'ApprovalsPlace'),
})
const schedules = createRoute({
  ...at('/schedules'),
  component: lazyRouteComponent(() => import('./places/schedules/schedules-place.tsx'), 'SchedulesPlace'),
})
const schedule = createRoute({
  ...at('/schedules/$scheduleId'),
  component: lazyRouteComponent(() => import('./places/schedules/schedule-place.tsx'), 'SchedulePlace'),
})
const system = createRoute({
  ...at('/system'),
  component: lazyRouteComponent(() => import('./places/system/system-place.tsx'), 'SystemPlace'),
})

const routeTree = root.addChildren([
  overview,
  agents,
  agent,
  sessions,
  session,
  workflows,
  workflow,
  schedules,
  schedule,
  approvals,
  events,
  keys,
  system,
])

export function createPageRouter(basePath: string) {
  return createRouter({
    routeTree,
    basepath: basePath === '' ? '/' : basePath,
    parseSearch: readAddress,
    stringifySearch: writeAddress,
    defaultPreload: 'intent',
    scrollRestoration: true,
    defaultErrorComponent: PlaceFailed,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createPageRouter>
  }
}
