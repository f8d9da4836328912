import { type Command, Option } from 'commander'
import type { WorkflowTestFlags } from '../commands/workflow/workflow-test.ts'
import type { WorkflowValidateFlags } from '../commands/workflow/workflow-validate.ts'
import { addExamples } from '../examples.ts'
import type { Terminal } from '../terminal/terminal.ts'

/** The commands that look at definitions in files; they need no server. */
export function addWorkflowFileCommands(workflow: Command, terminal: Terminal): void {
  const test = workflow
    .command('test <file>')
    .description('Run the cases of a workflow in virtual time. Exits 0 where all went as expected, else 1.')
    .option('--case <name>', 'this case alone')
    .addOption(output())
    .action(async (file: string, flags: WorkflowTestFlags) =>
      (await import('../commands/workflow/workflow-test.ts')).testWorkflowFile(file, flags, terminal),
    )
  addExamples(test, ['opscore workflow test cases.yaml', 'opscore workflow test cases.yaml --case "the usual way"'])
  const validate = workflow
    .command('validate <files...>')
    .description('Check definitions as Ops-Core does before it stores them. Exits 1 where there are problems.')
    .addOption(output())
    .action(async (files: string[], flags: WorkflowValidateFlags) =>
      (await import('../commands/workflow/workflow-validate.ts')).validateWorkflows(files, flags, terminal),
    )
  addExamples(validate, ['opscore workflow validate workflow.yaml', 'opscore workflow validate *.yaml -o json'])
}

function output(): Option {
  return new Option('-o, --output <format>', 'how to print').choices(['table', 'json']).default('table')
}
