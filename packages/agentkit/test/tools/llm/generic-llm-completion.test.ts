import { describe, expect, it } from 'vitest'
import type { AgentKitSettings } from '../../../src/index.ts'
import { message, startKit } from '../../agentkit-fixture.ts'
import { startLocalServer } from '../../local-server.ts'

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_780_000_000,
  model: 'gpt-4o-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Four.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
}
const messages = [{ role: 'user', content: 'Two and two?' }]

async function complete(args: unknown, settings: Partial<AgentKitSettings>) {
  await using kit = await startKit({ settings })
  const agentId = await kit.register({ agentName: 'caller', contactEndpoint: 'http://127.0.0.1:8080/' })
  const payload = { tool_name: 'generic_llm_completion', arguments: args }
  return await kit.call('POST', `/v1/agents/${agentId}/run`, message({ messageType: 'tool_invocation', payload }))
}

describe('generic_llm_completion', () => {
  it("asks the model's provider by its key and answers with all that it said", async () => {
    await using api = await startLocalServer()
    api.answerWith({ status: 200, body: COMPLETION })
    const settings = { OPENAI_API_KEY: 'sk-secret', OPENAI_API_BASE: `${api.url}/v1/` }
    const args = { model: 'openai/gpt-4o', messages, max_tokens: 5, temperature: 0.5, stream: true, api_base: 'x' }
    const reply = await complete(args, settings)
    expect([reply.status, reply.body]).toEqual([
      202,
      {
        status: 'success',
        message: "Local tool 'generic_llm_completion' executed successfully.",
        data: { status: 'success', result: COMPLETION },
        error_code: null,
      },
    ])
    const [asked] = api.received
    expect(asked).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-secret' } })
    expect(JSON.parse(asked?.body ?? '')).toEqual({ model: 'gpt-4o', messages, max_tokens: 5, temperature: 0.5 })
  })

  it('asks a server of our own without a key, and sends no key of another provider there', async () => {
    await using api = await startLocalServer()
    api.answerWith({ status: 200, body: COMPLETION })
    const reply = await complete(
      { model: 'ollama/llama3', messages },
      { OLLAMA_API_BASE: api.url, OPENAI_API_KEY: 'sk-secret', llmApiKey: 'sk-other' },
    )
    expect(reply.body.data.result).toEqual(COMPLETION)
    expect(api.received).toMatchObject([{ path: '/v1/chat/completions' }])
    expect(api.received[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each([
    [
      'whose provider is not known',
      { model: 'nobody/model', messages },
      "The provider 'nobody' is not known; known are openai, anthropic",
    ],
    ['of a name that every object has', { model: 'constructor/model', messages }, "The provider 'constructor' is not"],
    ['that names no provider', { model: 'some-model', messages }, "The model 'some-model' names no provider"],
    ['of a provider without a key', { model: 'anthropic/claude', messages }, 'ANTHROPIC_API_KEY is not set'],
    ['of a bare name without a key', { model: 'gpt-4o', messages }, 'OPENAI_API_KEY is not set'],
  ])('says clearly that it cannot ask a model %s', async (_, args, reason) => {
    const { status, body } = await complete(args, {})
    expect([status, body.status, body.error_code]).toEqual([202, 'error', 'LOCAL_TOOL_EXECUTION_FAILED'])
    expect(body.message).toContain(
      `Local tool 'generic_llm_completion' execution failed: LLM execution failed: ${reason}`,
    )
    expect(body.data).toEqual({ status: 'error', error_message: expect.stringContaining(reason) })
  })

  it('says what the provider says against it, and never its key', async () => {
    await using api = await startLocalServer()
    api.answerWith({ status: 401, body: { error: { message: 'Wrong key' } } })
    const settings = { GROQ_API_KEY: 'gsk-secret', GROQ_API_BASE: api.url }
    const { status, body } = await complete({ model: 'groq/llama', messages }, settings)
    expect(status).toBe(202)
    expect(body.data.error_message).toBe("LLM execution failed: The model's API answered 401: Wrong key")
    expect(JSON.stringify(body)).not.toContain('gsk-secret')
  })

  it.each([{}, { model: 'openai/gpt-4o' }, { model: 'openai/gpt-4o', messages: [] }, { model: '', messages }])(
    'refuses the arguments %o',
    async (args) => {
      expect(await complete(args, {})).toMatchObject({ status: 422, body: { error_code: 'INVALID_TOOL_ARGUMENTS' } })
    },
  )
})
