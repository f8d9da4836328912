import type { Json, JsonObject } from '@opscore/contract'
import type { Outbound } from '@opscore/host'
import type { Tool } from '../tool.ts'
import { askForCompletion } from './chat-completion.ts'

export interface LlmOptions {
  /** The API's base, such as `https://api.openai.com/v1`. */
  apiUrl: string
  apiKey: string | undefined
  model: string
  outbound: Outbound
}

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
  return {
    name: 'llm_completion',
    description: `Completes a chat with the language model ${model}.`,
    kind: 'local',
    endpoint: null,
    parameters: PARAMETERS,
    async run(args) {
      const asked = { model, ...toRequest(args) }
      const { choices, usage, ...rest } = await askForCompletion(outbound, { apiUrl, apiKey }, asked)
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
