import { describe, expect, it } from 'vitest'
import { message, startKit } from '../../agentkit-fixture.ts'
import { type Answer, type LocalServer, startLocalServer } from '../../local-server.ts'

const COMPLETION = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  model: 'small-2026',
  choices: [{ index: 0, message: { role: 'assistant', content: 'Four.' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 9, completion_tokens: 2, total_tokens: 11 },
}

async function complete(model: LocalServer, args: unknown, settings: { llmApiKey?: string; llmTimeout?: number } = {}) {
  await using kit = await startKit({ settings: { llmApiUrl: `${model.url}/v1/`, llmModel: 'small', ...settings } })
  const agentId = await kit.register({ agentName: 'caller', contactEndpoint: 'http://127.0.0.1:8080/' })
  const payload = { tool_name: 'llm_completion', arguments: args }
  return await kit.call('POST', `/v1/agents/${agentId}/run`, message({ messageType: 'tool_invocation', payload }))
}

describe('llm_completion', () => {
  it('asks with a prompt and answers with what the model said', async () => {
    await using model = await startLocalServer()
    model.answerWith({ status: 200, body: COMPLETION })
    const args = { prompt: 'Two and two?', system: 'Be short.', temperature: 0, max_tokens: 5 }
    const reply = await complete(model, args, { llmApiKey: 'sk-secret' })
    expect(reply).toMatchObject({ status: 202, body: { status: 'success' } })
    expect(reply.body.data).toEqual({
      content: 'Four.',
      model: 'small-2026',
      finish_reason: 'stop',
      usage: COMPLETION.usage,
    })
    const [asked] = model.received
    expect(asked).toMatchObject({ path: '/v1/chat/completions', headers: { authorization: 'Bearer sk-secret' } })
    expect(JSON.parse(asked?.body ?? '')).toEqual({
      model: 'small',
      temperature: 0,
      max_tokens: 5,
      messages: [
        { role: 'system', content: 'Be short.' },
        { role: 'user', content: 'Two and two?' },
      ],
    })
  })

  it('asks with messages, and without a key where there is none', async () => {
    await using model = await startLocalServer()
    model.answerWith({ status: 200, body: COMPLETION })
    const messages = [{ role: 'user', content: 'Two and two?' }]
    expect((await complete(model, { messages })).body.data.content).toBe('Four.')
    expect(JSON.parse(model.received[0]?.body ?? '')).toEqual({ model: 'small', messages })
    expect(model.received[0]?.headers).not.toHaveProperty('authorization')
  })

  it.each<[string, Answer, string]>([
    ['an error', { status: 429, body: { error: { message: 'Slow down' } } }, 'answered 429: Slow down'],
    ['an error without words', { status: 500, body: 'oops' }, 'answered 500'],
    ['something else', { status: 200, body: { choices: [] } }, 'did not answer with a chat completion'],
    ['too much', { status: 200, body: 'x'.repeat(1024 * 1024 + 1) }, 'is too long'],
    ['a reset', 'reset', 'connection failed'],
    ['nothing', 'never', 'No answer within'],
  ])('fails, and says why, where the API answers with %s', async (_, answer, reason) => {
    await using model = await startLocalServer()
    model.answerWith(answer)
    const reply = await complete(model, { prompt: 'Hello' }, { llmApiKey: 'sk-secret', llmTimeout: 300 })
    expect(reply).toMatchObject({
      status: 202,
      body: {
        status: 'error',
        data: null,
        error_code: 'LOCAL_TOOL_EXECUTION_FAILED',
        message: expect.stringContaining(reason),
      },
    })
    expect(JSON.stringify(reply.body)).not.toContain('sk-secret')
  })

  it.each([
    {},
    { prompt: 'a', messages: [{ role: 'user', content: 'a' }] },
    { prompt: '' },
    { prompt: 'a', model: 'large' },
  ])('refuses the arguments %o', async (args) => {
    await using model = await startLocalServer()
    expect(await complete(model, args)).toMatchObject({ status: 422, body: { error_code: 'INVALID_TOOL_ARGUMENTS' } })
    expect(model.received).toEqual([])
  })
})
