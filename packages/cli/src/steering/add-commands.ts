import type { ReadOrder } from '@opscore/contract'
import { READ_ORDERS, SESSION_STATUSES } from '@opscore/contract/words'
import { type Command, Option } from 'commander'
import type { AgentAction, AgentListFlags, HoldFlags } from '../commands/agent.ts'
import type { ReadFlags, SessionAction, SessionListFlags } from '../commands/session/session.ts'
import type { SessionWatchFlags } from '../commands/session/session-watch.ts'
import type { AttemptFlags } from '../commands/session/task.ts'
import { addExamples } from '../examples.ts'
import { all, duration, json, wholeNumber, words, wordsAmong } from '../option-value.ts'
import { addScheduleCommands } from '../schedule/add-commands.ts'
import type { Surroundings } from '../surroundings.ts'
import type { Terminal } from '../terminal/terminal.ts'
import { addApprovalCommands } from './add-approval-commands.ts'
import { addBulkCommands } from './add-bulk-commands.ts'
import { addFleetCommands } from './add-fleet-commands.ts'
import { addKeyCommands } from './add-key-commands.ts'
import { connecting, listing, reading } from './command-options.ts'

/** The commands that look at a running Ops-Core and steer it. `agent` is the group that they share with others. */
export function addSteeringCommands(program: Command, agent: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings
  addFleetCommands(program, terminal)
  addAgentReads(agent, terminal)
  addAgentActions(agent, terminal)
  const session = program.command('session').description('Runs of workflows.')
  addSessionReads(session, terminal)
  addSessionEvents(session, terminal)
  addSessionWatch(session, surroundings)
  addSessionActions(session, terminal)
  addBulkCommands(session.command('bulk').description('One action on many sessions.'), surroundings)
  addApprovalCommands(program, terminal)
  addTask(program.command('task').description('Tasks of sessions.'), terminal)
  addScheduleCommands(program.command('schedule').description('Workflows that begin by the clock.'), surroundings)
  addKeyCommands(program.command('key').description('API keys.'), surroundings)
}

function addAgentReads(agent: Command, terminal: Terminal): void {
  const list = listing(reading(agent.command('list').description('List agents.')))
    .option('--state <words>', 'only those in one of these states', all(words))
    .option('--capability <words>', 'only those with one of these capabilities', all(words))
    .action(async (flags: AgentListFlags) => (await import('../commands/agent.ts')).listAgents(flags, terminal))
  addExamples(list, ['opscore agent list', 'opscore agent list --state idle,finished -o name'])
  const get = reading(agent.command('get <agent-id>').description('Show an agent.')).action(
    async (id: string, flags: ReadFlags) => (await import('../commands/agent.ts')).getAgent(id, flags, terminal),
  )
  addExamples(get, ['opscore agent get 0b7c9a52-6f2e-4c6f-9f4a-7a3f6f0f6f11'])
  const state = reading(agent.command('state <agent-id>').description('Show what an agent is doing.')).action(
    async (id: string, flags: ReadFlags) => (await import('../commands/agent.ts')).getAgentState(id, flags, terminal),
  )
  addExamples(state, ['opscore agent state writer-1 -o json'])
  const waiting = reading(agent.command('waiting <agent-id>').description('List what waits for an agent, and say why.'))
    .option('--limit <n>', 'how many at most', wholeNumber(1, 200), 50)
    .action(async (id: string, flags: ReadFlags & { limit: number }) =>
      (await import('../commands/agent.ts')).listAgentWaiting(id, flags, terminal),
    )
  addExamples(waiting, ['opscore agent waiting writer-1', 'opscore agent waiting writer-1 -o name'])
}

const HOLDS: Record<AgentAction, string> = {
  pause: 'Give an agent no new task; what it has goes on.',
  drain: 'The same, and say when its last task has ended.',
  resume: 'Give an agent tasks again.',
}

function addAgentActions(agent: Command, terminal: Terminal): void {
  for (const action of ['pause', 'drain', 'resume'] as const) {
    const command = connecting(agent.command(`${action} <agent-id>`).description(HOLDS[action]))
    if (action !== 'resume') command.option('--reason <text>', 'why; kept with the agent')
    command.action(async (id: string, flags: HoldFlags) =>
      (await import('../commands/agent.ts')).controlAgent(id, action, flags, terminal),
    )
    addExamples(command, [`opscore agent ${action} writer-1`])
  }
}

function addSessionReads(session: Command, terminal: Terminal): void {
  const statuses = `only with one of: ${SESSION_STATUSES.join(', ')}`
  const list = listing(reading(session.command('list').description('List sessions, newest first.')))
    .option('--status <words>', statuses, all(wordsAmong(SESSION_STATUSES)))
    .option('--agent <id>', 'only those started with this agent')
    .option('--workflow <id>', 'only those of this workflow')
    .action(async (flags: SessionListFlags) =>
      (await import('../commands/session/session.ts')).listSessions(flags, terminal),
    )
  addExamples(list, ['opscore session list', 'opscore session list --status failed -o name'])
  const get = reading(session.command('get <session-id>').description('Show a session and its tasks.')).action(
    async (id: string, flags: ReadFlags) =>
      (await import('../commands/session/session.ts')).getSession(id, flags, terminal),
  )
  addExamples(get, ['opscore session get 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90'])
  const explain = reading(session.command('explain <session-id>').description('Say what a session waits for.')).action(
    async (id: string, flags: ReadFlags) =>
      (await import('../commands/session/session.ts')).explainSession(id, flags, terminal),
  )
  addExamples(explain, ['opscore session explain 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90'])
}

function addSessionEvents(session: Command, terminal: Terminal): void {
  const order = new Option('--order <order>', 'asc: the oldest first; desc: the newest').choices(READ_ORDERS)
  const events = listing(
    reading(session.command('events <session-id>').description('List what happened in a session.')),
  )
    .addOption(order.default('asc'))
    .action(async (id: string, flags: ReadFlags & { limit: number; order: ReadOrder }) =>
      (await import('../commands/session/session.ts')).listSessionEvents(id, flags, terminal),
    )
  addExamples(events, ['opscore session events 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90 --order desc --limit 20'])
}

function addSessionWatch(session: Command, surroundings: Surroundings): void {
  const output = new Option('-o, --output <format>', 'how it is printed').choices(['table', 'jsonl']).default('table')
  const watch = connecting(session.command('watch <session-id>').description('Follow a session until it has ended.'))
    .option('--timeout <time>', 'look on no longer than this, such as 30s or 5m', duration)
    .addOption(output)
    .action(async (id: string, flags: SessionWatchFlags) =>
      (await import('../commands/session/session-watch.ts')).watchSessionEvents(id, flags, surroundings),
    )
  addExamples(watch, ['opscore session watch 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90'])
}

const ACTIONS: Record<SessionAction, string> = {
  cancel: 'Cancel a session: nothing new is dispatched.',
  pause: 'Pause a session: running tasks end, nothing new starts.',
  resume: 'Resume a paused session.',
  retry: 'Go on with a failed session, from the tasks that failed.',
}

function addSessionActions(session: Command, terminal: Terminal): void {
  for (const action of ['cancel', 'pause', 'resume', 'retry'] as const) {
    const command = connecting(session.command(`${action} <session-id>`).description(ACTIONS[action]))
    if (action === 'cancel' || action === 'pause') command.option('--reason <text>', 'why; kept with the session')
    command.action(async (id: string, flags: ReadFlags) =>
      (await import('../commands/session/session.ts')).controlSession(id, action, flags, terminal),
    )
    addExamples(command, [`opscore session ${action} 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90`])
  }
}

function addTask(task: Command, terminal: Terminal): void {
  const get = reading(task.command('get <task-id>').description('Show a task.')).action(
    async (name: string, flags: ReadFlags) =>
      (await import('../commands/session/task.ts')).getTask(name, flags, terminal),
  )
  addExamples(get, [`opscore task get 019a9f7e-3c1d-7a52-b0a3-5d8f1f2c7e90.1`])
  const complete = attempting(task.command('complete <task-id>').description('Complete a task by hand.'))
    .option('--result <json>', 'its result', json)
    .action(async (name: string, flags: AttemptFlags) =>
      (await import('../commands/session/task.ts')).completeTask(name, flags, terminal),
    )
  addExamples(complete, [`opscore task complete "$TASK" --result '{"ok":true}'`])
  const fail = attempting(task.command('fail <task-id>').description('Fail a task by hand.'))
    .option('--code <code>', "what a definition's nonRetryableErrors may name")
    .option('--message <text>', 'what went wrong')
    .action(async (name: string, flags: AttemptFlags) =>
      (await import('../commands/session/task.ts')).failTask(name, flags, terminal),
    )
  addExamples(fail, [`opscore task fail "$TASK" --message 'Sent to nobody'`])
  addAdopt(task, terminal)
}

function addAdopt(task: Command, terminal: Terminal): void {
  const adopt = connecting(task.command('adopt <task-id>').description("Take a late result as the task's result."))
    .option('--attempt <id>', 'the result of this attempt (default: the newest that is no error)')
    .action(async (name: string, flags: AttemptFlags) =>
      (await import('../commands/session/task.ts')).adoptResult(name, flags, terminal),
    )
  addExamples(adopt, ['opscore task adopt "$TASK"'])
}

function attempting(command: Command): Command {
  return connecting(command).option(
    '--attempt <id>',
    'speak as the agent at work on this attempt (default: the task itself is ended, by hand)',
  )
}
