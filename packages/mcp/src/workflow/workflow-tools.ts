import { AjvJsonSchemaValidator } from '@modelcontextprotocol/server/validators/ajv'
import type { JsonObject, WorkflowSummary } from '@opscore/contract'
import { exposedWorkflows, type OpsCoreClient } from '@opscore/sdk'
import type { Tool } from '../tools/tool.ts'
import { startSession } from './start-session.ts'

const NAME_LENGTH = 64

/** The stored workflows that are marked by `expose`, each as a tool, under names that are not `taken`. */
export async function workflowTools(
  client: OpsCoreClient,
  { taken, signal }: { taken: ReadonlySet<string>; signal: AbortSignal },
): Promise<Tool[]> {
  const names = new Set(taken)
  const tools: Tool[] = []
  for await (const summary of exposedWorkflows(client, { signal })) {
    const name = freeName(summary.expose?.name ?? summary.id, names)
    names.add(name)
    tools.push(workflowTool(name, summary))
  }
  return tools
}

function workflowTool(toolName: string, { id, name, description, expose }: WorkflowSummary): Tool {
  const input: JsonObject = expose?.input ?? { type: 'object' }
  return {
    name: toolName,
    description: expose?.description ?? description ?? `Runs the workflow ${name ?? id}.`,
    input,
    readOnly: false,
    check(args) {
      // One for each check: an instance keeps whatever it has compiled.
      const verdict = new AjvJsonSchemaValidator().getValidator<JsonObject>(input)(args)
      return verdict.valid ? [] : [verdict.errorMessage]
    },
    run: (args, context) => startSession({ workflowId: id, input: args, wait: true }, context),
  }
}

/** Workflows are listed in one order, so that a name that two want goes to the same one each time. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  const name = wanted.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, NAME_LENGTH)
  for (let number = 2, free = name; ; number += 1) {
    if (!taken.has(free)) return free
    free = `${name.slice(0, NAME_LENGTH - 4)}_${number}`
  }
}
