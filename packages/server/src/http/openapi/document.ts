import { COMPONENTS, EXAMPLES, problemExample } from './components.ts'
import { NAMED_EXAMPLE } from './operation.ts'

/** Stands for a named schema while the plugin copies schemas, which would lose which one it was. */
const NAMED = 'x-named'

/** Schemas are told by their content: making one optional or nullable copies it. */
const nameOf: ReadonlyMap<string, string> = new Map(
  Object.entries(COMPONENTS).map(([name, schema]) => [JSON.stringify(schema), name]),
)

/** A schema with each named schema within it replaced by its name. */
export function nameSchemas(schema: object): object {
  return Object.assign({}, nameWithin(schema))
}

function nameWithin(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(nameAll)
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, nameAll(item)]))
}

function nameAll(value: unknown): unknown {
  const name = nameOf.get(JSON.stringify(value))
  return name === undefined ? nameWithin(value) : { [NAMED]: name }
}

/** The document with its names turned into references, and the components that they refer to. */
export function referToComponents(document: object): object {
  const components = 'components' in document && typeof document.components === 'object' ? document.components : {}
  const schemas = Object.entries(COMPONENTS).map(([name, schema]) => {
    const example = EXAMPLES[name]
    const described = nameSchemas(schema)
    return [name, example === undefined ? described : Object.assign({ examples: [example] }, described)]
  })
  const codes = new Set<string>()
  const whole = { ...document, components: { ...components, schemas: Object.fromEntries(schemas) } }
  const referring = Object.assign({}, whole, toReferences(whole, codes))
  const examples = [...codes].sort().map((code) => [code, problemExample(code)])
  return { ...referring, components: { ...referring.components, examples: Object.fromEntries(examples) } }
}

/** `codes` learns which examples are referred to. */
function toReferences(value: unknown, codes: Set<string>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((item) => toReferences(item, codes))
  if (NAMED in value) return { $ref: `#/components/schemas/${value[NAMED]}` }
  if (NAMED_EXAMPLE in value) {
    const code = String(value[NAMED_EXAMPLE])
    codes.add(code)
    return { $ref: `#/components/examples/${code}` }
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, toReferences(item, codes)]))
}
