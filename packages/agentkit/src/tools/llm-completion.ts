import type { Json, JsonObject } from '@opscore/contract'
import { type Outbound, type OutboundAnswer, OutboundError } from '@opscore/host'
import Type, { type Static } from 'typebox'
import { Check } from 'typebox/value'
import { type Tool, ToolError } from './tool.ts'

export interface LlmOptions {
  /** The API's base, such as `https://api.openai.com/v1`. */
  apiUrl: string
  apiKey: string | undefined
  model: string
  outbound: Outbound
}

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
type Completion = Static<typeof Completion>

const ProviderError = Type.Object({ error: Type.Object({ message: Type.String() }) })

const PARAMETERS: JsonObject = {
  type: 'object',
  properties: {
    prompt: { type: 'string', minLength: 1, description: 'What to ask; or else messages.' },
    system: { type: 'string', minLength: 1, description: 'How the model is to behave.' },
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { role: { enum: ['system', 'user', 'assistant'] }, content: { type: 'string' } },
        required: ['role', 'content'],
        additionalProperties: false,
      },
    },
    temperature: { type: 'number', minimum: 0, maximum: 2 },
    max_tokens: { type: 'integer', minimum: 1 },
  },
  oneOf: [{ required: ['prompt'] }, { required: ['messages'] }],
  additionalProperties: false,
}

/** Asks a language model by the OpenAI-compatible API: `{content, model, finish_reason, usage}`. */
export function createLlmCompletionTool({ apiUrl, apiKey, model, outbound }: LlmOptions): Tool {
  const url = `${apiUrl.replace(/\/+$/, '')}/chat/completions`
  const headers = {
    'content-type': 'application/json',
    ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
  }
  return {
    name: 'llm_completion',
    description: `Completes a chat with the language model ${model}.`,
    kind: 'local',
    endpoint: null,
    parameters: PARAMETERS,
    async run(args) {
      const body = JSON.stringify({ model, ...toRequest(args) })
      const { choices, usage, ...rest } = readCompletion(await ask(outbound, { url, headers, body }))
      const choice = choices[0]
      return {
        content: choice?.message.content ?? null,
        model: rest.model ?? model,
        finish_reason: choice?.finish_reason ?? null,
        usage: usage ?? null,
      }
    },
  }
}

function toRequest({ prompt, system, messages, ...rest }: JsonObject): JsonObject {
  const first: Json[] = system === undefined ? [] : [{ role: 'system', content: system }]
  const asked: Json[] = Array.isArray(messages) ? messages : [{ role: 'user', content: prompt ?? '' }]
  return { ...rest, messages: [...first, ...asked] }
}

async function ask(
  outbound: Outbound,
  request: { url: string; headers: Record<string, string>; body: string },
): Promise<OutboundAnswer> {
  try {
    return await outbound.request({ ...request, method: 'POST' })
  } catch (error) {
    throw error instanceof OutboundError ? new ToolError(error.message, { cause: error }) : error
  }
}

function readCompletion({ status, body, truncated }: OutboundAnswer): Completion {
  const answer = parse(body)
  if (status < 200 || status > 299) {
    const reason = Check(ProviderError, answer) ? `: ${answer.error.message.slice(0, 500)}` : ''
    throw new ToolError(`The model's API answered ${status}${reason}`)
  }
  if (truncated) throw new ToolError("The model's answer is too long")
  if (!Check(Completion, answer)) throw new ToolError("The model's API did not answer with a chat completion")
  return answer
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return undefined
  }
}
