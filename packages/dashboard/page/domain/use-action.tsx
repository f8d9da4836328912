import type { OpsCoreClient } from '@opscore/sdk'
import { type QueryKey, useMutation, useQueryClient } from '@tanstack/react-query'
import { useOpsCore } from '../access/ops-core.tsx'
import { problemOf } from '../data/problem.ts'
import { useToast } from '../design-system/toast.tsx'

/** Something that a person does. Its result is read before it counts as done, and said; so is why it was refused. */
export function useAction(done: string, act: (client: OpsCoreClient) => Promise<unknown>, changes: QueryKey) {
  const { client } = useOpsCore()
  const queries = useQueryClient()
  const say = useToast()
  const { mutate, isPending } = useMutation({
    mutationFn: () => act(client),
    async onSuccess() {
      await queries.invalidateQueries({ queryKey: changes })
      say('good', done)
    },
    onError(error) {
      const { title, detail } = problemOf(error)
      say('bad', `${title}: ${detail}`)
    },
  })
  return { act: () => mutate(), isPending }
}
