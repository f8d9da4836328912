import { EXIT } from './exit-code.ts'
import { run } from './run.ts'
import { listenForShutdown } from './shutdown.ts'
import { createTerminal } from './terminal/terminal.ts'

const abandon: (() => void)[] = []
const terminal = createTerminal()
const giveUp = () => {
  for (const each of abandon) each()
  process.exit(EXIT.interrupted)
}
const shutdown = listenForShutdown(giveUp, terminal.lost)
const exitCode = await run(process.argv.slice(2), { terminal, shutdown, onAbandon: (action) => abandon.push(action) })
// Whatever a command left open must not keep its process.
process.exit(exitCode)
