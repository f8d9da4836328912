import type { Json, JsonObject } from '@opscore/contract'
import type { Outbound } from '@opscore/host'
import { type Tool, ToolError } from '../tool.ts'
import { askForCompletion } from './chat-completion.ts'
import { type LlmRoute, type LlmVariables, routeOf } from './llm-route.ts'

/** What is handed on beside the model and its messages. Answers come whole, so `stream` is not. */
const HANDED_ON = ['max_tokens', 'temperature', 'top_p', 'stop', 'presence_penalty', 'frequency_penalty'] as const

const PARAMETERS: JsonObject = {
  type: 'object',
  properties: {
    model: {
      type: 'string',
      minLength: 1,
      description:
        'As LiteLLM writes it: openai/gpt-4o, anthropic/claude-sonnet-4-5, gemini/gemini-2.5-flash, groq/…; or a bare name such as gpt-4o.',
    },
    messages: {
      type: 'array',
      minItems: 1,
      items: {
        type: 'object',
        properties: { role: { type: 'string' }, content: {} },
        required: ['role', 'content'],
      },
    },
    max_tokens: { type: 'integer' },
    temperature: { type: 'number' },
    top_p: { type: 'number' },
    stop: { type: ['string', 'array'], items: { type: 'string' } },
    presence_penalty: { type: 'number' },
    frequency_penalty: { type: 'number' },
  },
  required: ['model', 'messages'],
}

export interface GenericLlmOptions {
  /** The providers' keys and base URLs. */
  variables: LlmVariables
  /** Where a bare model's name goes that no provider is set for. */
  fallback: Omit<LlmRoute, 'model'> | undefined
  outbound: Outbound
}

/**
 * The tool that the Python AgentKit has by default: completes a chat with whichever model its caller names. Its result is
 * `{status: "success", result}` with the provider's whole answer, or `{status: "error", error_message}`.
 */
export function createGenericLlmCompletionTool({ variables, fallback, outbound }: GenericLlmOptions): Tool {
  async function complete({ model, messages, ...rest }: JsonObject): Promise<Json> {
    const route = routeOf(String(model), variables, fallback)
    const more = HANDED_ON.filter((name) => rest[name] !== undefined).map((name) => [name, rest[name]])
    const asked = { model: route.model, messages: messages ?? [], ...Object.fromEntries(more) }
    return { status: 'success', result: await askForCompletion(outbound, route, asked) }
  }

  return {
    name: 'generic_llm_completion',
    description:
      "Completes a chat with a language model of the provider that its name begins with, by the key in AgentKit's environment.",
    kind: 'local',
    endpoint: null,
    parameters: PARAMETERS,
    async run(args) {
      try {
        return await complete(args)
      } catch (error) {
        if (!(error instanceof ToolError)) throw error
        const message = `LLM execution failed: ${error.message}`
        throw new ToolError(message, { cause: error, data: { status: 'error', error_message: message } })
      }
    },
  }
}
