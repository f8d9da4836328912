/**
 * What every `opscore` process runs Node with. V8 starts four helper threads whatever the machine; on two processors they take
 * the turns of the threads that answer and write, and one is enough for a heap this small (docs/adr/0014-one-helper-of-v8.md).
 * V8 reads it before any code runs, so it can come by the command line alone: the launcher's first line has it too.
 */
export const NODE_FLAGS = ['--v8-pool-size=1'] as const
