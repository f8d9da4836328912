/** Definitions that are there from the start, so that scripts can trigger them by id without ever sending them. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type { Engine } from '@opscore/engine'
import { ConfigurationError, type Log } from '@opscore/host'
import { checkDefinitionText, formatOf } from '@opscore/workflow'
import { SAMPLE_WORKFLOW } from './sample-workflow.ts'

/** The load plan's workflow, by the name under which existing scripts open it (wire contract). */
const SAMPLE = fileURLToPath(SAMPLE_WORKFLOW)

/**
 * Stores the definitions in these files where their id is not known yet.
 * @throws ConfigurationError for a file that cannot be read or holds what cannot run, naming the place
 */
export async function storeWorkflows(engine: Engine, files: readonly string[], log: Log): Promise<void> {
  for (const file of files.length > 0 ? files : [SAMPLE]) {
    const definition = await readDefinition(file)
    const stored = await engine.storeIfUnknown(definition)
    if (stored) log.info({ workflow: stored.id, file }, 'A workflow was stored')
  }
}

async function readDefinition(file: string) {
  const bytes = await readFile(file).catch((error: unknown) => {
    throw new ConfigurationError([`OPSCORE_WORKFLOWS: ${file} cannot be read: ${String(error)}`])
  })
  const { problems, definition } = checkDefinitionText(bytes, formatOf(file))
  if (problems.length === 0 && definition) return definition
  throw new ConfigurationError(
    problems.map(({ path, message, line }) => `OPSCORE_WORKFLOWS: ${file}${line ? `:${line}` : ''} ${path} ${message}`),
  )
}
