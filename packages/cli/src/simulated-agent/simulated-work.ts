import { wait } from '@opscore/contract/time'
import { TaskError, type TaskHandler } from '@opscore/sdk/agent'
import type { Span } from '../option-value.ts'
import { between, type Random } from './seeded-random.ts'

export interface WorkOptions {
  agentName: string
  workTime: Span
  failureRate: number
  random: Random
}

/** A handler for any task: takes its time, then fails or says what it was given. */
export function simulatedWork({ agentName, workTime, failureRate, random }: WorkOptions): TaskHandler {
  return async (task, { signal, log }) => {
    const workedFor = Math.round(between(random, workTime))
    const fails = random() < failureRate
    log.info({ attempt: task.attempt, workedFor }, 'task begun')
    await wait(workedFor, { signal })
    if (fails) throw new TaskError('SIMULATED_FAILURE', `${agentName} was told to fail now and then.`)
    log.info({ attempt: task.attempt }, 'task done')
    return { agent: agentName, task: task.name, parameters: task.parameters, workedFor }
  }
}
