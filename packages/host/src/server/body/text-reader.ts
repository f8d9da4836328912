/**
 * How text in a query, a path or a header is written. Narrower than what JavaScript makes numbers of: `0x10`, `1e2`, `+5`
 * and ` 5` are a slip, and would be taken for a value that nobody meant.
 */
const WRITTEN: Readonly<Record<string, { pattern: RegExp; read: (text: string) => unknown }>> = {
  integer: { pattern: /^-?\d{1,15}$/, read: Number },
  number: { pattern: /^-?\d{1,15}(?:\.\d{1,15})?$/, read: Number },
  boolean: { pattern: /^(?:true|false)$/, read: (text) => text === 'true' },
}

type Reader = (value: unknown) => unknown

/**
 * What makes the values that a schema asks for from the text that was sent; `undefined` where text is all it asks for. Text that
 * is not written as it should be stays as it is, and the schema refuses it. What is sent once is a list of one where a list is asked for.
 */
export function textReader(schema: object | boolean): Reader | undefined {
  const properties: unknown = typeof schema === 'object' ? Reflect.get(schema, 'properties') : undefined
  if (typeof properties !== 'object' || properties === null) return undefined
  const readers = Object.entries(properties).flatMap(([name, property]): [string, Reader][] => {
    const reader = readerOf(property)
    return reader === undefined ? [] : [[name, reader]]
  })
  if (readers.length === 0 && !hasDefaults(properties)) return undefined
  return (sent) => {
    if (typeof sent !== 'object' || sent === null) return sent
    const values: Record<string, unknown> = { ...sent }
    for (const [name, read] of readers) if (values[name] !== undefined) values[name] = read(values[name])
    return values
  }
}

function readerOf(property: object): Reader | undefined {
  const type: unknown = Reflect.get(property, 'type')
  if (type === 'array') {
    const readItem = readerOf(Object(Reflect.get(property, 'items'))) ?? ((item: unknown) => item)
    return (value) => [value].flat().map(readItem)
  }
  const written = typeof type === 'string' ? WRITTEN[type] : undefined
  if (written === undefined) return undefined
  return (value) => (typeof value === 'string' && written.pattern.test(value) ? written.read(value) : value)
}

/** Defaults are filled in, and what was sent must stay what was sent. */
function hasDefaults(properties: object): boolean {
  return Object.values(properties).some((property) => Object(property).default !== undefined)
}
