import { type Command, Option } from 'commander'
import type { ReadFlags } from '../commands/session/session.ts'
import type { WorkflowTriggerFlags } from '../commands/workflow/workflow.ts'
import { addExamples } from '../examples.ts'
import { duration, jsonObject, wholeNumber } from '../option-value.ts'
import type { Surroundings } from '../surroundings.ts'
import { listing, reading } from './command-options.ts'

/** The commands for definitions that Ops-Core has stored. */
export function addStoredWorkflowCommands(workflow: Command, surroundings: Surroundings): void {
  const { terminal } = surroundings
  const apply = reading(
    workflow.command('apply <files...>').description('Store definitions from files, those that have changed.'),
  )
    .option('--dry-run', 'only say what would change')
    .action(async (files: string[], flags: ReadFlags & { dryRun?: true }) =>
      (await import('../commands/workflow/workflow-apply.ts')).applyWorkflows(files, flags, terminal),
    )
  addExamples(apply, ['opscore workflow apply workflow.yaml --dry-run', 'opscore workflow apply *.yaml'])
  const list = listing(reading(workflow.command('list').description('List stored definitions.'))).action(
    async (flags: ReadFlags & { limit: number }) =>
      (await import('../commands/workflow/workflow.ts')).listWorkflows(flags, terminal),
  )
  addExamples(list, ['opscore workflow list', 'opscore workflow list -o name'])
  const get = reading(workflow.command('get <workflow-id>').description('Show a stored definition.'))
    .option('--revision <n>', 'as it was (default: as it is)', wholeNumber(1, 999_999_999))
    .action(async (id: string, flags: ReadFlags & { revision?: number }) =>
      (await import('../commands/workflow/workflow.ts')).getWorkflow(id, flags, terminal),
    )
  addExamples(get, ['opscore workflow get sample_workflow_id -o yaml'])
  const revisions = listing(
    reading(
      workflow.command('revisions <workflow-id>').description('List what a definition was before, newest first.'),
    ),
  ).action(async (id: string, flags: ReadFlags & { limit: number }) =>
    (await import('../commands/workflow/workflow.ts')).listRevisions(id, flags, terminal),
  )
  addExamples(revisions, ['opscore workflow revisions sample_workflow_id'])
  addTrigger(workflow, surroundings)
}

function addTrigger(workflow: Command, surroundings: Surroundings): void {
  const timeout = new Option('--timeout <time>', 'wait no longer than this, such as 30s or 5m; implies --wait')
  const trigger = reading(
    workflow.command('trigger <workflow-id>').description('Start a session of a stored definition.'),
  )
    .requiredOption('--agent <id>', "the session's agent")
    .option('--input <json>', "the session's input, an object; @file reads it from a file", jsonObject)
    .option('--idempotency-key <key>', 'triggers with the same key start one session')
    .option('--wait', 'show what happens, and exit when the session has ended')
    .addOption(timeout.argParser(duration).implies({ wait: true }))
    .action(async (id: string, flags: WorkflowTriggerFlags) =>
      (await import('../commands/workflow/workflow.ts')).triggerWorkflow(id, flags, surroundings),
    )
  addExamples(trigger, [
    'opscore workflow trigger greet --agent "$ID" --input \'{"to":"Ada"}\'',
    'opscore workflow trigger greet --agent "$ID" --input @ada.json --timeout 5m',
  ])
}
