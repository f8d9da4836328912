import { COMPONENTS, EXAMPLES } from './components.ts'

/** Stands for a named schema while the plugin copies schemas, which would lose which one it was. */
const NAMED = 'x-named'

/** A route's schema with each named schema in it replaced by its name. */
export function nameSchemas(schema: object): object {
  return Object.assign({}, nameWithin(schema, namesByContent()))
}

/** Schemas are told by their content: making one optional or nullable copies it. */
function namesByContent(): Map<string, string> {
  return new Map(Object.entries(COMPONENTS).map(([name, schema]) => [JSON.stringify(schema), name]))
}

function nameWithin(value: unknown, names: ReadonlyMap<string, string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => nameAll(item, names))
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nameAll(item, names)]))
}

function nameAll(value: unknown, names: ReadonlyMap<string, string>): unknown {
  const name = names.get(JSON.stringify(value))
  return name === undefined ? nameWithin(value, names) : { [NAMED]: name }
}

/** The document with its names turned into references, and the components that they refer to. */
export function referToComponents(document: object): object {
  const components = 'components' in document && typeof document.components === 'object' ? document.components : {}
  const schemas = Object.entries(COMPONENTS).map(([name, schema]) => {
    const example = EXAMPLES[name]
    const described = nameSchemas(schema)
    return [name, example === undefined ? described : Object.assign({ examples: [example] }, described)]
  })
  return Object.assign(
    {},
    toReferences({ ...document, components: { ...components, schemas: Object.fromEntries(schemas) } }),
  )
}

function toReferences(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(toReferences)
  if (NAMED in value) return { $ref: `#/components/schemas/${value[NAMED]}` }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toReferences(item)]))
}
