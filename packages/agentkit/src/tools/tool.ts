import type { Json, JsonObject } from '@opscore/contract'

/** Something an agent may have done for it. */
export interface Tool {
  readonly name: string
  readonly description: string
  readonly kind: 'local' | 'external'
  /** Where an external one is; `null` for a local one. */
  readonly endpoint: string | null
  /** JSON Schema of the arguments. */
  readonly parameters: JsonObject
  /**
   * Resolves with the result. Throws `ToolError` where the tool itself failed, `ApiError` where it was not reached; a
   * local one may throw anything, and has then failed.
   */
  run(args: JsonObject): Promise<Json>
}

/** The tool was reached and failed: an answer with `status: "error"`, its message as the reason, and `data` as what it said. */
export class ToolError extends Error {
  override readonly name = 'ToolError'
  readonly data: Json

  constructor(reason: string, { data = null, ...options }: ErrorOptions & { data?: Json } = {}) {
    super(reason, options)
    this.data = data
  }
}
