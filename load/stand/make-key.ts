import type { Scope } from '@opscore/contract'
import { wait } from '@opscore/contract/time'
import { OpsCoreClient, OpsCoreError } from '@opscore/sdk'
import type { Target } from './target.ts'

const PATIENCE = 60_000

/** A key of these scopes. A server that is busy turns what can wait away, and has made none then; it is asked again. */
export async function makeKey(root: Target, scopes: Scope[], signal: AbortSignal): Promise<string> {
  const { keys } = new OpsCoreClient(root)
  const deadline = performance.now() + PATIENCE
  for (;;) {
    try {
      return (await keys.create({ name: `load: ${scopes.join(' ')}`, scopes }, { signal })).key
    } catch (error) {
      const isBusy = error instanceof OpsCoreError && error.status === 503
      if (!isBusy || performance.now() > deadline) throw error
      await wait(1_000, { signal })
    }
  }
}
