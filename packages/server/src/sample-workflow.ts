import { existsSync } from 'node:fs'

const packed = new URL('../docs/sample_workflow.json', import.meta.url)

/** Where the sample is: a packed package has its own; in the repository it lies where existing scripts look for it. */
export const SAMPLE_WORKFLOW = existsSync(packed)
  ? packed
  : new URL('../../../docs/sample_workflow.json', import.meta.url)
