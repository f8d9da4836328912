/** `npm run check`: the whole gate but for the suites that start processes. */
import { runSteps } from './gate/step.ts'
import { STATIC_STEPS, unitTests } from './gate/steps.ts'

const failures = (await runSteps(STATIC_STEPS)) + (await runSteps([unitTests]))
process.exitCode = failures === 0 ? 0 : 1
