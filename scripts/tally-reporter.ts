/** Counts for scripts/test.ts, written after every suite so that they outlive a crash of the runner. */
import { writeFileSync } from 'node:fs'
import type { Reporter, TestModule } from 'vitest/node'
import { type Tally, tallyFile } from './gate/tally.ts'

export default class TallyReporter implements Reporter {
  readonly #tally: Tally = { passed: 0, failed: 0, finished: false }

  onTestModuleEnd(module: TestModule): void {
    for (const test of module.children.allTests()) {
      if (test.ok()) this.#tally.passed += test.result().state === 'passed' ? 1 : 0
      else this.#tally.failed += 1
    }
    this.#tally.failed += module.errors().length
    for (const suite of module.children.allSuites()) this.#tally.failed += suite.errors().length
    this.#write()
  }

  onTestRunEnd(_modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#tally.failed += unhandledErrors.length
    this.#tally.finished = true
    this.#write()
  }

  #write(): void {
    writeFileSync(tallyFile(), JSON.stringify(this.#tally))
  }
}
