export { checkDefinition } from './check/check-definition.ts'
export { type CheckedText, checkDefinitionText, checkTextInSteps, formatOf } from './check/check-definition-text.ts'
export { isWithinBounds } from './check/definition-bounds.ts'
export { createProblemList, type ProblemList, pointer } from './check/problem-list.ts'
export { workflowJsonSchema } from './check/workflow-json-schema.ts'
export type { CompiledRetry, CompiledTask, CompiledWorkflow } from './compile/compiled-workflow.ts'
export { parseDuration } from './compile/duration.ts'
export { type Fields, readFields } from './compile/field-reader.ts'
export { containsTemplate, evaluateCondition, evaluateTemplate, type Roots } from './expression/expression.ts'
export { parseInstant } from './kinds/parse-instant.ts'
export {
  type ApprovalWork,
  type ExpressionWork,
  type TaskWork,
  timeoutEdgeOf,
  type WaitWork,
} from './kinds/task-work.ts'
export { fitToSchema, type SchemaIssue } from './schema/check-schema.ts'
export { readText } from './text/read-text.ts'
