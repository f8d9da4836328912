import type { DefinitionProblem, Json } from '@opscore/contract'
import type { Tried } from '@opscore/engine/trial'

/** What is asked of the worker; the answer bears the same `id`. */
export type Asked = { id: number; text: string } & ({ type: 'check' } | { type: 'try'; written: Json })

export type Told =
  | {
      type: 'checked'
      problems: DefinitionProblem[]
      /** What the text says; `null` where it does not parse. */
      definition: Json
      canRun: boolean
    }
  | { type: 'tried'; tried: Tried }
