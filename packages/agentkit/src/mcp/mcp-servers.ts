import Type, { type Static } from 'typebox'

/** A server's name is the prefix of its tools, so that it has no `__`. */
const SERVER_NAME_PATTERN = '^(?!.*__)[A-Za-z0-9][A-Za-z0-9_-]{0,31}$'

const Command = Type.Object(
  {
    command: Type.String({ minLength: 1 }),
    args: Type.Optional(Type.Array(Type.String())),
    env: Type.Optional(Type.Record(Type.String(), Type.String())),
    cwd: Type.Optional(Type.String({ minLength: 1 })),
  },
  { additionalProperties: false },
)

const Remote = Type.Object(
  {
    url: Type.String({ pattern: '^https?://', maxLength: 2048 }),
    headers: Type.Optional(Type.Record(Type.String(), Type.String())),
  },
  { additionalProperties: false },
)

/** An MCP server as the configurations of its clients have it: a command to start, or a URL. */
const McpServer = Type.Union([Command, Remote])
export type McpServer = Static<typeof McpServer>

export const McpServers = Type.Record(Type.String({ pattern: SERVER_NAME_PATTERN }), McpServer, {
  additionalProperties: false,
})
export type McpServers = Static<typeof McpServers>
