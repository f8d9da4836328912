import { type Message, type Part, type Task, TaskState, taskStateToJSON } from '@a2a-js/sdk'
import type { Json, TaskAnswer } from '@opscore/contract'

export type Outcome = Omit<TaskAnswer, 'opscore_task_id'>

/** What a remote agent's answer means for the task; `undefined` where it goes on. */
export function outcomeOf(answer: Message | Task): Outcome | undefined {
  if (!('artifacts' in answer)) return { status: 'completed', result: resultOf(answer.parts) }
  const { status, artifacts } = answer
  switch (status?.state) {
    case TaskState.TASK_STATE_SUBMITTED:
    case TaskState.TASK_STATE_WORKING:
      return undefined
    case TaskState.TASK_STATE_COMPLETED: {
      const parts = artifacts.flatMap((artifact) => artifact.parts)
      return { status: 'completed', result: resultOf(parts.length > 0 ? parts : (status.message?.parts ?? [])) }
    }
    default: {
      // One that asks for something asks nobody: a task has no one to answer.
      const state = taskStateToJSON(status?.state ?? TaskState.TASK_STATE_UNSPECIFIED).replace('TASK_STATE_', '')
      const said = resultOf(status?.message?.parts ?? [])
      const message = typeof said === 'string' ? said : `The remote task is ${state}`
      return { status: 'failed', error: { code: `A2A_${state}`, message } }
    }
  }
}

/** One datum as it is, texts as one text, anything else as a list of parts. */
function resultOf(parts: readonly Part[]): Json {
  const values = parts.map(({ content }): Json => {
    if (content?.$case === 'raw') return { base64: content.value.toString('base64') }
    if (content?.$case === 'url') return { url: content.value }
    return content?.value ?? null
  })
  if (parts.length > 0 && parts.every(({ content }) => content?.$case === 'text')) return values.join('\n')
  return values.length === 1 ? (values[0] ?? null) : values
}
