/** Who runs models behind an OpenAI-compatible API, under the name that LiteLLM has for it. */
export interface LlmProvider<Variable extends string = string> {
  /** Variables of its key, the first that is set counts. None where it needs no key. */
  keys: readonly Variable[]
  /** Variables of its base URL, likewise. */
  bases: readonly Variable[]
  /** Its base URL where none is set. */
  url: string
  /** What a base from the environment lacks where it does not end so. */
  ending?: string
  /** Names of models that go there without its name in front. */
  bare?: RegExp
}

/** Keys and base URLs are in the variables that LiteLLM and the providers' own libraries read. */
export const LLM_PROVIDERS = {
  openai: {
    keys: ['OPENAI_API_KEY'],
    bases: ['OPENAI_API_BASE', 'OPENAI_BASE_URL'],
    url: 'https://api.openai.com/v1',
    bare: /^(?:gpt-|chatgpt-|o\d)/,
  },
  anthropic: {
    keys: ['ANTHROPIC_API_KEY'],
    bases: ['ANTHROPIC_API_BASE', 'ANTHROPIC_BASE_URL'],
    url: 'https://api.anthropic.com/v1',
    ending: '/v1',
    bare: /^claude-/,
  },
  gemini: {
    keys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY'],
    bases: ['GEMINI_API_BASE'],
    url: 'https://generativelanguage.googleapis.com/v1beta/openai',
    bare: /^gemini-/,
  },
  mistral: { keys: ['MISTRAL_API_KEY'], bases: ['MISTRAL_API_BASE'], url: 'https://api.mistral.ai/v1' },
  groq: { keys: ['GROQ_API_KEY'], bases: ['GROQ_API_BASE'], url: 'https://api.groq.com/openai/v1' },
  deepseek: { keys: ['DEEPSEEK_API_KEY'], bases: ['DEEPSEEK_API_BASE'], url: 'https://api.deepseek.com/v1' },
  openrouter: { keys: ['OPENROUTER_API_KEY'], bases: ['OPENROUTER_API_BASE'], url: 'https://openrouter.ai/api/v1' },
  together_ai: { keys: ['TOGETHERAI_API_KEY'], bases: ['TOGETHERAI_API_BASE'], url: 'https://api.together.xyz/v1' },
  xai: { keys: ['XAI_API_KEY'], bases: ['XAI_API_BASE'], url: 'https://api.x.ai/v1' },
  ollama: { keys: [], bases: ['OLLAMA_API_BASE'], url: 'http://127.0.0.1:11434/v1', ending: '/v1' },
} as const satisfies Readonly<Record<string, LlmProvider>>

type Provider = (typeof LLM_PROVIDERS)[keyof typeof LLM_PROVIDERS]
export type LlmVariable = Provider['keys' | 'bases'][number]
