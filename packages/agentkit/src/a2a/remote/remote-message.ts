import { type Message, type Part, Role, type SendMessageRequest } from '@a2a-js/sdk'
import type { JsonObject } from '@opscore/contract'

/** A task as a message: its parameter `text` as text, the others as data. Where there are none, its name is the text. */
export function requestOf(
  { task_name: name, task_parameters: given }: JsonObject,
  messageId: string,
): SendMessageRequest {
  const { text, ...rest }: JsonObject =
    typeof given === 'object' && given !== null && !Array.isArray(given) ? given : {}
  const parts: Part[] = []
  if (typeof text === 'string') parts.push(part({ $case: 'text', value: text }, 'text/plain'))
  else if (text !== undefined) rest.text = text
  if (Object.keys(rest).length > 0) parts.push(part({ $case: 'data', value: rest }, 'application/json'))
  if (parts.length === 0) parts.push(part({ $case: 'text', value: String(name) }, 'text/plain'))
  const message: Message = {
    ...{ messageId, contextId: '', taskId: '', role: Role.ROLE_USER, parts },
    metadata: { task: name },
    extensions: [],
    referenceTaskIds: [],
  }
  const configuration = { acceptedOutputModes: [], taskPushNotificationConfig: undefined, returnImmediately: true }
  return { tenant: '', message, configuration, metadata: undefined }
}

function part(content: Part['content'], mediaType: string): Part {
  return { content, metadata: undefined, filename: '', mediaType }
}
