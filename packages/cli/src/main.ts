import { run } from './run.ts'

const exitCode = await run(process.argv.slice(2))
// Whatever a command left open must not keep its process; what was written is flushed first.
process.stdout.write('', () => process.exit(exitCode))
