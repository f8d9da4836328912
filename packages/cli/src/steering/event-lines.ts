/** What happens in a session, for people: when, which task, what, which agent, which attempt, how long. */
import type { OpsEvent } from '@opscore/contract'
import { paint, type Text, visible } from '../terminal/text.ts'

export interface EventLineOptions {
  /** Names of tasks by their ids in the definition; others are shown by those. */
  taskNames?: ReadonlyMap<string, string>
  /** Names of agents by their ids. */
  agentNames?: ReadonlyMap<string, string>
}

/** Turns one event after the other into a line; into nothing where it says little to people. */
export function createEventLines(options: EventLineOptions = {}): (event: OpsEvent) => Text | undefined {
  const { taskNames } = options
  const describe = createDescriber(options)
  let width = Math.max(0, ...[...(taskNames?.values() ?? [])].map((name) => name.length))
  let started: number | undefined

  return (event) => {
    const at = Date.parse(event.time)
    started ??= at
    const text = describe(event, at)
    if (text === undefined) return undefined
    const id = event.taskDefinitionId ?? ''
    // Made visible here, so that what follows stands in its column.
    const name = visible(taskNames?.get(id) ?? id)
    width = Math.max(width, name.length)
    return ['  ', paint.dim(`${((at - started) / 1000).toFixed(2).padStart(6)} s`), `  ${name.padEnd(width)}  `, text]
  }
}

function createDescriber({ agentNames }: EventLineOptions) {
  const dispatched = new Map<string, number>()

  return (event: OpsEvent, at: number): Text | undefined => {
    const agent = paint.bold(agentNames?.get(event.agentId ?? '') ?? event.agentId ?? 'nobody')
    const attempt = `attempt ${event.attempt}`
    const key = `${event.taskId} ${event.attempt}`
    switch (event.type) {
      case 'task.assigned':
        return [paint.cyan('→'), ' assigned to ', agent, `, ${attempt}`]
      case 'task.dispatched':
        dispatched.set(key, at)
        return undefined
      case 'task.running':
        return [paint.cyan('●'), ' running']
      case 'task.progressed':
        return [paint.cyan('●'), ` ${progressOf(event)}`]
      case 'task.completed':
        return [paint.green('✓'), ' completed by ', agent, `, ${attempt}, ${at - (dispatched.get(key) ?? at)} ms`]
      case 'task.attempt_failed':
        return [paint.yellow('✗'), ` ${attempt} failed: ${failureOf(event)}`]
      case 'task.retry_scheduled':
        return [paint.yellow('↻'), ` ${attempt} follows`]
      case 'task.failed':
        return [paint.red('✗'), ` failed: ${failureOf(event)}`]
      case 'task.cancelled':
        return [paint.yellow('■'), ' cancelled']
      case 'task.skipped':
        return [paint.dim('○'), ' skipped']
      default:
        return undefined
    }
  }
}

function failureOf({ data: { error } }: OpsEvent): string {
  if (typeof error !== 'object' || error === null || Array.isArray(error)) return 'for no stated reason'
  return `${error.code}: ${error.message}`
}

function progressOf({ data: { fraction, text } }: OpsEvent): string {
  const percent = typeof fraction === 'number' ? [`${Math.round(fraction * 100)} %`] : []
  return [...percent, ...(typeof text === 'string' ? [text] : [])].join(' ')
}
