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

const routeTree = root.addChildren([agents, agent, sessions, session])

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
