import { ToolError } from '../tool.ts'
import { LLM_PROVIDERS, type LlmProvider, type LlmVariable } from './llm-providers.ts'

/** Where a completion is asked for, and under which name the model is known there. */
export interface LlmRoute {
  apiUrl: string
  apiKey: string | undefined
  model: string
}

export type LlmVariables = Readonly<Partial<Record<LlmVariable, string>>>

const PROVIDERS = new Map<string, LlmProvider<LlmVariable>>(Object.entries(LLM_PROVIDERS))

/**
 * Reads a model's name in LiteLLM's form: `groq/llama-3.3-70b-versatile`, or a bare name such as `gpt-4o`. A bare one that belongs to nobody,
 * or to a provider that the environment knows nothing of, goes to `fallback`. Throws a `ToolError` that says what is missing.
 */
export function routeOf(
  model: string,
  variables: LlmVariables,
  fallback: Omit<LlmRoute, 'model'> | undefined,
): LlmRoute {
  const slash = model.indexOf('/')
  if (slash >= 0) return prefixedRoute(model.slice(0, slash), model.slice(slash + 1), variables)
  const [name, provider] = [...PROVIDERS].find(([, { bare }]) => bare?.test(model)) ?? []
  const isSet = provider !== undefined && firstSet([...provider.keys, ...provider.bases], variables) !== undefined
  if (fallback !== undefined && !isSet) return { ...fallback, model }
  if (name !== undefined) return prefixedRoute(name, model, variables)
  throw new ToolError(`The model '${shown(model)}' names no provider. Write it as provider/model; known are ${names()}`)
}

function prefixedRoute(name: string, model: string, variables: LlmVariables): LlmRoute {
  const provider = PROVIDERS.get(name)
  if (provider === undefined) throw new ToolError(`The provider '${shown(name)}' is not known; known are ${names()}`)
  const base = firstSet(provider.bases, variables)
  const apiKey = firstSet(provider.keys, variables)
  const [needed] = provider.keys
  // Behind a base of one's own there may be a server that asks for none.
  if (apiKey === undefined && base === undefined && needed !== undefined) {
    throw new ToolError(`${needed} is not set: AgentKit needs it for the provider ${name}`)
  }
  return { apiUrl: base === undefined ? provider.url : completed(base, provider), apiKey, model }
}

function completed(base: string, { ending = '' }: LlmProvider<LlmVariable>): string {
  const bare = base.replace(/\/+$/, '')
  return bare.endsWith(ending) ? bare : `${bare}${ending}`
}

function firstSet(names: readonly LlmVariable[], variables: LlmVariables): string | undefined {
  const name = names.find((candidate) => variables[candidate] !== undefined)
  return name === undefined ? undefined : variables[name]
}

const names = () => [...PROVIDERS.keys()].join(', ')

const shown = (name: string) => Array.from(name.slice(0, 256)).slice(0, 128).join('')
