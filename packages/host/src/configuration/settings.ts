import type { Setting } from './setting.ts'

/** A table of settings, by the names that the code knows them under. */
export type SettingsDefinition = Record<string, Setting<unknown>>

/** The validated values of a table of settings. */
export type Settings<D extends SettingsDefinition> = {
  readonly [K in keyof D]: D[K] extends Setting<infer T> ? T : never
}

export interface SettingDescription {
  name: string
  type: string
  default: string
  doc: string
  secret: boolean
}

/** Everything that is wrong with the environment, each problem with the variable's name and its way out. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(problems.join('\n'))
    this.problems = problems
  }
}

export function defineSettings<const D extends SettingsDefinition>(definition: D): D {
  return definition
}

/**
 * Reads every setting from `env`, or takes it from `overrides` (command-line flags, tests), where it is not checked again.
 * Throws one `ConfigurationError` that lists every problem at once; a secret's value never stands in it.
 */
export function readSettings<D extends SettingsDefinition>(
  definition: D,
  env: Record<string, string | undefined>,
  overrides: Partial<Settings<D>> = {},
): Readonly<Settings<D>> {
  const problems: string[] = []
  const values: Record<string, unknown> = {}
  for (const [key, setting] of Object.entries(definition)) {
    const override: unknown = overrides[key]
    values[key] = override === undefined ? readOne(setting, env[setting.name], problems) : override
  }
  if (problems.length > 0) throw new ConfigurationError(problems)
  return Object.freeze(values) as Readonly<Settings<D>>
}

/** What the configuration's documentation is made from. */
export function describeSettings(definition: SettingsDefinition): SettingDescription[] {
  return Object.values(definition).map(({ name, type, defaultText, doc, secret }) => ({
    name,
    type,
    default: defaultText,
    doc,
    secret,
  }))
}

function readOne(setting: Setting<unknown>, raw: string | undefined, problems: string[]): unknown {
  const text = raw?.trim() ?? ''
  if (text === '') return setting.default
  try {
    return setting.parse(text)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    problems.push(`${setting.name} ${reason}${setting.secret ? '' : `; it is ${JSON.stringify(text.slice(0, 200))}`}`)
    return undefined
  }
}
