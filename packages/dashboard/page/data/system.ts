import type { OpsCoreClient } from '@opscore/sdk'
import { queryOptions } from '@tanstack/react-query'

export const system = (client: OpsCoreClient) =>
  queryOptions({ queryKey: ['system'], queryFn: ({ signal }) => client.fleet.system({ signal }), staleTime: 5_000 })
