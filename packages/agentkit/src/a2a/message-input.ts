import type { Message, Part } from '@a2a-js/sdk'
import type { Json, JsonObject } from '@opscore/contract'

/**
 * A message as the input of a session: the fields of its data parts, its texts as `text`, its files as `files`. What is data and no
 * object is `data`.
 */
export function inputOf({ parts }: Message): JsonObject {
  const input: JsonObject = {}
  const texts: string[] = []
  const files: Json[] = []
  for (const part of parts) {
    const { content } = part
    if (content?.$case === 'text') texts.push(content.value)
    else if (content?.$case === 'data')
      Object.assign(input, isObject(content.value) ? content.value : { data: content.value })
    else if (content) files.push(fileOf(part))
  }
  if (texts.length > 0) input.text = texts.join('\n')
  if (files.length > 0) input.files = files
  return input
}

function fileOf({ content, filename, mediaType }: Part): JsonObject {
  const file: JsonObject =
    content?.$case === 'raw' ? { base64: content.value.toString('base64') } : { url: String(content?.value) }
  if (filename !== '') file.name = filename
  if (mediaType !== '') file.mediaType = mediaType
  return file
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
