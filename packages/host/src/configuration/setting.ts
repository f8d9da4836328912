import { parseDurationText, printDuration } from '@opscore/contract/time'

/** One variable of the environment: how its text becomes a value, and what the documentation says of it. */
export interface Setting<T> {
  readonly name: string
  readonly type: string
  readonly default: T
  readonly doc: string
  readonly secret: boolean
  /** Throws an `Error` whose message completes "NAME ...", such as "must be a whole number". */
  parse(text: string): T
  /** The default as somebody would write it into the environment. */
  readonly defaultText: string
}

interface Described {
  doc: string
  secret?: boolean
}

export function integer(
  name: string,
  { min, max, ...options }: Described & { default: number; min?: number; max?: number },
): Setting<number> {
  const low = min ?? Number.MIN_SAFE_INTEGER
  const high = max ?? Number.MAX_SAFE_INTEGER
  return setting(name, 'integer', options, String(options.default), (text) => {
    const value = /^[+-]?\d{1,16}$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= low && value <= high)) throw new Error(`must be a whole number${between(min, max)}`)
    return value
  })
}

/** A choice among a few words, read case-insensitively. `aliases`, in lower case, are other words for some of them. */
export function oneOf<const T extends string>(
  name: string,
  choices: readonly T[],
  { aliases = {}, ...options }: Described & { default: NoInfer<T>; aliases?: Readonly<Record<string, NoInfer<T>>> },
): Setting<T> {
  const words = new Map(Object.entries<T>(aliases))
  for (const choice of choices) words.set(choice.toLowerCase(), choice)
  return setting(name, choices.join(' | '), options, options.default, (text) => {
    const choice = words.get(text.toLowerCase())
    if (choice === undefined) throw new Error(`must be one of ${choices.join(', ')}`)
    return choice
  })
}

/** Any text. Without a default it may be absent, and is `undefined` then; an empty variable counts as absent. */
export function text(name: string, options: Described & { default: string }): Setting<string>
export function text(name: string, options: Described): Setting<string | undefined>
export function text(name: string, options: Described & { default?: string }): Setting<string | undefined> {
  return setting(name, 'text', { ...options, default: options.default }, options.default ?? '', (value) => value)
}

/** A duration as they are written everywhere, a number alone being seconds; value and default are in milliseconds. */
export function duration(name: string, options: Described & { default: number }): Setting<number> {
  return setting(name, 'duration', options, printDuration(options.default), (value) => {
    const parsed = parseDurationText(value)
    if (!parsed.ok) throw new Error(parsed.message)
    return parsed.milliseconds
  })
}

export function boolean(name: string, options: Described & { default: boolean }): Setting<boolean> {
  return setting(name, 'true | false', options, String(options.default), (value) => {
    if (/^(?:true|1|yes|on)$/i.test(value)) return true
    if (/^(?:false|0|no|off)$/i.test(value)) return false
    throw new Error('must be true or false')
  })
}

/** Items between commas, trimmed; empty ones do not count. */
export function list(name: string, options: Described & { default?: readonly string[] }): Setting<readonly string[]> {
  const fallback = Object.freeze([...(options.default ?? [])])
  return setting(name, 'list', { ...options, default: fallback }, fallback.join(','), (value) =>
    Object.freeze(
      value
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
    ),
  )
}

function setting<T>(
  name: string,
  type: string,
  options: Described & { default: T },
  defaultText: string,
  parse: (text: string) => T,
): Setting<T> {
  return { name, type, default: options.default, doc: options.doc, secret: options.secret ?? false, defaultText, parse }
}

function between(min: number | undefined, max: number | undefined): string {
  if (min !== undefined && max !== undefined) return ` between ${min} and ${max}`
  if (min !== undefined) return `, at least ${min}`
  return max === undefined ? '' : `, at most ${max}`
}
