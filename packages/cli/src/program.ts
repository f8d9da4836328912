import { readFileSync } from 'node:fs'
import { Argument, Command, Option } from 'commander'
import type { AgentRunFlags } from './commands/agent-run.ts'
import type { DevFlags } from './commands/dev.ts'
import type { ServeFlags } from './commands/serve.ts'
import { addExamples } from './examples.ts'
import { addMcp } from './mcp/add-command.ts'
import { port, rate, span, wholeNumber, words } from './option-value.ts'
import { refuseEmptyValues } from './refuse-empty-values.ts'
import { addSteeringCommands } from './steering/add-commands.ts'
import { addStoredWorkflowCommands } from './steering/add-workflow-commands.ts'
import { addStoreCommands } from './store/add-commands.ts'
import { endWithParent } from './supervision.ts'
import type { Surroundings } from './surroundings.ts'
import { linesOf } from './terminal/text.ts'
import { addWorkflowFileCommands } from './workflow/add-commands.ts'

/**
 * The commands with their options; what a command runs is loaded when it runs, so that help is quick and a small process stays small.
 * Parsing throws `CommanderError` for help and for usage errors.
 */
export function createProgram(surroundings: Surroundings): Command {
  const { terminal } = surroundings
  const program = new Command('opscore')
    .description('Run Ops-Core, AgentKit and agents, and steer them.')
    .version(version(), '-V, --version', 'show the version')
    .helpOption('-h, --help', 'show help')
    .helpCommand('help [command]', 'show help for a command')
    .option('--no-color', 'no colours, as with NO_COLOR in the environment')
    .exitOverride()
    .configureOutput({ writeOut: linesTo(terminal.out), writeErr: linesTo(terminal.note) })
    .showHelpAfterError('See --help for what there is.')
  addExamples(program, ['opscore dev', 'opscore serve --port 8000', 'opscore agent run --name worker-1 --port 8081'])
  addDev(program, surroundings)
  addServe(program, surroundings)
  addAgentKit(program, surroundings)
  const agent = program.command('agent').description('Agents.')
  addAgentRun(agent, surroundings)
  addSteeringCommands(program, agent, surroundings)
  const workflow = program.command('workflow').description('Definitions of workflows.')
  addWorkflowFileCommands(workflow, terminal)
  addStoredWorkflowCommands(workflow, surroundings)
  addMcp(program, surroundings, version())
  addStoreCommands(program, surroundings)
  addCompletion(program, surroundings)
  refuseEmptyValues(program)
  return program
}

function addDev(program: Command, surroundings: Surroundings): void {
  const command = program
    .command('dev')
    .description('Start Ops-Core, AgentKit and simulated agents, and watch a workflow run.')
    .option('--once', 'end when the workflow has ended')
    .option('--agents <n>', 'how many simulated agents', wholeNumber(1, 100), 3)
    .option('--port <port>', "Ops-Core's port; 0 takes a free one", port, 8000)
    .option('--agentkit-port <port>', "AgentKit's port; 0 takes a free one", port, 8001)
    .option('--data-dir <folder>', 'where everything is kept (default: ".opscore")')
    .option('--no-open', 'do not open the page in a browser')
    .action(async (flags: DevFlags) => {
      const { dev } = await import('./commands/dev.ts')
      await dev(flags, surroundings)
    })
  addExamples(command, [
    'opscore dev',
    'opscore dev --once',
    'opscore dev --agents 10 --port 9000 --agentkit-port 9001',
  ])
}

function addServe(program: Command, { shutdown }: Surroundings): void {
  const command = program
    .command('serve')
    .description('Run Ops-Core. Logs JSON lines to stdout; settings beyond these come from OPSCORE_*.')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on; 0 takes a free one (default: 8000)', port)
    .option('--data-dir <folder>', 'where the store and the API key lie (default: ".opscore")')
    .addOption(
      new Option('--role <role>', 'what it does of several over one Redis (default: "all")').choices([
        'all',
        'api',
        'worker',
      ]),
    )
  supervised(command, async (flags: ServeFlags) => {
    const { serve } = await import('./commands/serve.ts')
    await serve(flags, shutdown)
  })
  addExamples(command, ['opscore serve', 'OPSCORE_STORAGE_TYPE=redis opscore serve --role worker'])
}

function addAgentKit(program: Command, { shutdown }: Surroundings): void {
  const command = program
    .command('agentkit')
    .description('Run AgentKit. Logs JSON lines to stdout; settings beyond these come from AGENTKIT_*.')
    .option('--host <address>', 'address to listen on (default: 127.0.0.1)')
    .option('--port <port>', 'port to listen on; 0 takes a free one (default: 8001)', port)
    .option('--data-dir <folder>', 'where its database lies (default: ".opscore")')
  supervised(command, async (flags: ServeFlags) => {
    const { agentkit } = await import('./commands/agentkit.ts')
    await agentkit(flags, shutdown)
  })
  addExamples(command, ['opscore agentkit', 'AGENTKIT_TOOLS=tools.yaml opscore agentkit --port 9001'])
}

function addCompletion(program: Command, { terminal }: Surroundings): void {
  const command = program
    .command('completion')
    .description('Print what completes commands and options in a shell.')
    .addArgument(new Argument('<shell>', 'the shell').choices(['bash']))
    .action(async () => {
      const { bashCompletion } = await import('./terminal/bash-completion.ts')
      for (const line of bashCompletion(program)) terminal.out(line)
    })
  addExamples(command, ['source <(opscore completion bash)'])
}

function addAgentRun(group: Command, { shutdown }: Surroundings): void {
  const command = group
    .command('run')
    .description('Run a simulated agent, well-behaved or not.')
    .option('--name <name>', 'its name, or AGENT_NAME')
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--port <port>', 'port to listen on, or AGENT_PORT (default: 8080)', port)
    .option('--contact-endpoint <url>', 'where AgentKit reaches it (default: its own port)')
    .addOption(parsed('--capabilities <words>', 'what it can do', words, 'test_capability,another_capability'))
    .option('--max-concurrency <n>', 'how many tasks it does at once', wholeNumber(1, 10_000), 1)
    .addOption(parsed('--work-time <time>', 'how long a task takes, such as 250ms or 1-2s', span, '100-400ms'))
    .option('--failure-rate <rate>', 'how many tasks fail, 0 to 1', rate, 0)
    .option('--silence-rate <rate>', 'how many tasks it never reports, 0 to 1', rate, 0)
    .option('--double-rate <rate>', 'how many reports it makes twice, 0 to 1', rate, 0)
    .addOption(parsed('--delay <time>', 'how long its reports are held back', span, '0ms'))
    .option('--seed <n>', 'makes its chances the same every time', wholeNumber(0, 2 ** 32 - 1))
    .addOption(parsed('--drain-timeout <time>', 'what running tasks get when it stops', span, '25s'))
    .option('--opscore-url <url>', 'or OPSCORE_API_URL (default: http://127.0.0.1:8000)')
    .option('--agentkit-url <url>', 'or AGENTKIT_API_URL (default: http://127.0.0.1:8001)')
    .option('--api-key-file <file>', 'or OPSCORE_API_KEY (default: .opscore/api-key)')
  supervised(command, async (flags: AgentRunFlags) => {
    const { agentRun } = await import('./commands/agent-run.ts')
    await agentRun(flags, shutdown)
  })
  addExamples(command, [
    'opscore agent run --name worker-1',
    'opscore agent run --name flaky --port 8082 --failure-rate 0.2 --work-time 1-3s',
  ])
}

/** Help and usage errors come as texts of several lines. */
function linesTo(write: (line: string) => void): (text: string) => void {
  return (text) => {
    for (const line of linesOf(text)) write(line)
  }
}

/** An option whose default is shown as somebody would write it. */
function parsed<T>(flags: string, description: string, parse: (text: string) => T, preset: string): Option {
  return new Option(flags, description).argParser(parse).default(parse(preset), preset)
}

/** `dev` starts these commands and must not leave them behind when it is killed. */
function supervised<Flags>(command: Command, action: (flags: Flags) => Promise<void>): void {
  command.addOption(new Option('--supervised').hideHelp())
  command.action(async (flags: Flags & { supervised?: true }) => {
    if (flags.supervised) endWithParent()
    await action(flags)
  })
}

function version(): string {
  const manifest: { version: string } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  return manifest.version
}
