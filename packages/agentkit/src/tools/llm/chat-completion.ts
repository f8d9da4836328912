import type { Json, JsonObject } from '@opscore/contract'
import { type Outbound, type OutboundAnswer, OutboundError } from '@opscore/host'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { ToolError } from '../tool.ts'
import { readToolJson } from '../tool-json.ts'

/** The part of a chat completion that we hand on (OpenAI's API reference, "Create chat completion"). */
const Completion = Type.Object({
  model: Type.Optional(Type.String()),
  choices: Type.Array(
    Type.Object({
      message: Type.Object({ content: Type.Union([Type.String(), Type.Null()]) }),
      finish_reason: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
    { minItems: 1 },
  ),
  usage: Type.Optional(Type.Unsafe<JsonObject>(Type.Object({}))),
})
export type Completion = Static<typeof Completion>

const ProviderError = Type.Object({ error: Type.Object({ message: Type.String() }) })

/**
 * Asks for a chat completion by the OpenAI-compatible API at `apiUrl`, such as `https://api.openai.com/v1`. Throws a `ToolError` that says why there
 * is none.
 */
export async function askForCompletion(
  outbound: Outbound,
  { apiUrl, apiKey }: { apiUrl: string; apiKey: string | undefined },
  body: JsonObject,
): Promise<Completion> {
  const url = `${apiUrl.replace(/\/+$/, '')}/chat/completions`
  const headers = {
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }
  try {
    return readCompletion(await outbound.request({ url, method: 'POST', headers, body: JSON.stringify(body) }))
  } catch (error) {
    throw error instanceof OutboundError ? new ToolError(error.message, { cause: error }) : error
  }
}

function readCompletion(answer: OutboundAnswer): Completion {
  const { status } = answer
  if (status < 200 || status > 299) throw new ToolError(`The model's API answered ${status}${reasonIn(answer)}`)
  const completion = readToolJson(answer, "The model's answer")
  if (!Check(Completion, completion)) throw new ToolError("The model's API did not answer with a chat completion")
  return completion
}

function reasonIn(answer: OutboundAnswer): string {
  let said: Json
  try {
    said = readToolJson(answer, '')
  } catch {
    return ''
  }
  return Check(ProviderError, said) ? `: ${Array.from(said.error.message).slice(0, 500).join('')}` : ''
}
