/** Checks definitions and tries them beside the page: what somebody types never holds up what they look at. */
import { tryWritten } from '@opscore/engine/trial'
import { checkDefinitionText } from '@opscore/workflow'
import type { Asked, Told } from './protocol.ts'

addEventListener('message', ({ data }: MessageEvent<Asked>) => postMessage({ id: data.id, ...answer(data) }))

function answer(asked: Asked): Told {
  const { problems, definition, compiled } = checkDefinitionText(asked.text)
  if (asked.type === 'check') return { type: 'checked', problems, definition, canRun: compiled !== null }
  return { type: 'tried', tried: tryWritten(definition, asked.written) }
}
