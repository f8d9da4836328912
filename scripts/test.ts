/** `npm test`: the gate's static checks, then every suite. Its last line is "N passed, N failed". */
import { runSteps } from './gate/step.ts'
import { STATIC_STEPS } from './gate/steps.ts'
import { runTests } from './gate/tally.ts'

const checksFailed = await runSteps(STATIC_STEPS)
const { passed, failed } = await runTests(process.argv.slice(2))

process.exitCode = checksFailed + failed === 0 ? 0 : 1
console.log(`${passed} passed, ${checksFailed + failed} failed`)
