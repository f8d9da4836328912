import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { useMemo } from 'react'
import { OpsCoreAccess } from './access/ops-core.tsx'
import { FollowEvents } from './data/live/follow-events.tsx'
import { createQueryClient } from './data/query-client.ts'
import { Ticking } from './design-system/charts/ticker.tsx'
import { Toasts } from './design-system/toast.tsx'
import { createPageRouter } from './router.tsx'
import { Live } from './stream/use-live.tsx'

export function App({ basePath }: { basePath: string }) {
  const queries = useMemo(createQueryClient, [])
  const router = useMemo(() => createPageRouter(basePath), [basePath])
  return (
    <OpsCoreAccess url={`${location.origin}${basePath}`}>
      <QueryClientProvider client={queries}>
        <Live>
          <FollowEvents />
          <Ticking>
            <Toasts>
              <RouterProvider router={router} />
            </Toasts>
          </Ticking>
        </Live>
      </QueryClientProvider>
    </OpsCoreAccess>
  )
}
