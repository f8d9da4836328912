import { expect, it } from 'vitest'
import { LLM_PROVIDERS } from '../../../src/tools/llm/llm-providers.ts'
import { routeOf } from '../../../src/tools/llm/llm-route.ts'

const KEYS = { OPENAI_API_KEY: 'o', ANTHROPIC_API_KEY: 'a', GOOGLE_API_KEY: 'g', OPENROUTER_API_KEY: 'r' }
const OURS = { apiUrl: 'http://127.0.0.1:9/v1', apiKey: 'k' }

it.each([
  ['openai/gpt-4o', 'https://api.openai.com/v1', 'o', 'gpt-4o'],
  ['gpt-4o-mini', 'https://api.openai.com/v1', 'o', 'gpt-4o-mini'],
  ['o3', 'https://api.openai.com/v1', 'o', 'o3'],
  ['anthropic/claude-sonnet-4-5', 'https://api.anthropic.com/v1', 'a', 'claude-sonnet-4-5'],
  ['claude-3-haiku-20240307', 'https://api.anthropic.com/v1', 'a', 'claude-3-haiku-20240307'],
  ['gemini/gemini-1.5-flash', LLM_PROVIDERS.gemini?.url, 'g', 'gemini-1.5-flash'],
  ['openrouter/meta/llama-3', 'https://openrouter.ai/api/v1', 'r', 'meta/llama-3'],
  ['ollama/llama3', 'http://127.0.0.1:11434/v1', undefined, 'llama3'],
  ['something-else', OURS.apiUrl, 'k', 'something-else'],
])('the model %s is asked for where its provider is', (name, apiUrl, apiKey, model) => {
  expect(routeOf(name, KEYS, OURS)).toEqual({ apiUrl, apiKey, model })
})

it('a bare name of a provider that nothing is set for goes to the one API that is', () => {
  expect(routeOf('gpt-4o', {}, OURS)).toEqual({ ...OURS, model: 'gpt-4o' })
})

it.each([
  ['http://proxy', 'http://proxy/v1'],
  ['http://proxy/', 'http://proxy/v1'],
  ['http://proxy/v1/', 'http://proxy/v1'],
])("Anthropic's base %s leads to its OpenAI-compatible part", (base, apiUrl) => {
  expect(routeOf('anthropic/claude', { ANTHROPIC_BASE_URL: base }, undefined)).toMatchObject({ apiUrl })
})
