import type { JsonObject } from '@opscore/contract'
import type { OpsCoreClient } from '@opscore/sdk'
import type { Static, TObject } from 'typebox'
import { Check, Errors } from 'typebox/value'

/** What a call of a tool has around it. */
export interface ToolContext {
  /** Speaks with the caller's key. */
  client: OpsCoreClient
  /** Aborts where the caller does not want the answer any more. */
  signal: AbortSignal
  /** How long a call may wait for a session to end, in milliseconds. */
  patience: number
  /** Tells a caller who asked for it how far the call is. */
  progress(done: number, message: string): Promise<void>
}

export interface Tool {
  readonly name: string
  readonly description: string
  /** JSON Schema of the arguments. */
  readonly input: JsonObject
  /** It changes nothing. */
  readonly readOnly: boolean
  /** What is wrong with arguments, a sentence each. */
  check(args: JsonObject): string[]
  /** Resolves with what the caller is shown. Throws `OpsCoreError`, or `ToolFailure`. */
  run(args: JsonObject, context: ToolContext): Promise<object>
}

export interface ToolDefinition<Input extends TObject> {
  name: string
  description: string
  input: Input
  readOnly?: boolean
  run(args: Static<Input>, context: ToolContext): Promise<object>
}

/** A tool whose arguments are described by a TypeBox schema. */
export function defineTool<Input extends TObject>(definition: ToolDefinition<Input>): Tool {
  const { name, description, input, readOnly = false, run } = definition
  return {
    name,
    description,
    readOnly,
    input: JSON.parse(JSON.stringify({ ...input, additionalProperties: false })),
    check(args) {
      const unknown = Object.keys(args).filter((field) => !Object.hasOwn(input.properties, field))
      const wrong = Errors(input, args).map(({ instancePath, message }) => `${instancePath || 'arguments'} ${message}`)
      return [...unknown.map((field) => `/${field} is not known`), ...wrong]
    },
    async run(args, context) {
      if (!Check(input, args)) throw new TypeError(`The arguments of ${name} were not checked`)
      return run(args, context)
    },
  }
}
