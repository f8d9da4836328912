import { fromJsonSchema, type McpServer } from '@modelcontextprotocol/server'

interface Sum {
  a: number
  b: number
}

const sum = fromJsonSchema<Sum>({
  type: 'object',
  properties: { a: { type: 'number' }, b: { $ref: '#/properties/a' } },
  required: ['a', 'b'],
})

/** One that answers with text, one with what is structured, one that fails, one that ends its process. */
export function addTools(server: McpServer): void {
  const text = (said: string) => ({ content: [{ type: 'text' as const, text: said }] })
  server.registerTool('add', { description: 'Adds two numbers.', inputSchema: sum }, async ({ a, b }) =>
    text(`${a + b}`),
  )
  server.registerTool('count', {}, async () => ({ ...text('{"n":1}'), structuredContent: { n: 1 } }))
  server.registerTool('fail', {}, async () => ({ ...text('as it was told to'), isError: true }))
  server.registerTool('exit', {}, async () => process.exit(1))
}
