import { circles } from './circles.ts'
import { lockFile } from './lock-file.ts'
import { names } from './names.ts'
import { packagePicture } from './package-picture.ts'
import { sizes } from './sizes.ts'
import { type Step, tool } from './step.ts'

/** Everything that can be said of the code without running it. */
export const STATIC_STEPS: readonly Step[] = [
  tool('format, lint, boundaries', '@biomejs/biome', 'check', '--error-on-warnings', '--max-diagnostics=200'),
  tool('types', 'typescript', '--project', '.'),
  tool('types of the page', 'typescript', '--project', 'packages/dashboard/page'),
  tool('dead code', 'knip', '--no-progress'),
  sizes,
  names,
  circles,
  packagePicture,
  lockFile,
]

/** Suites that start no processes: seconds, not minutes. */
export const unitTests: Step = tool('unit tests', 'vitest', 'run', '--project=!processes')
