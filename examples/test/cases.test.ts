import { globSync } from 'node:fs'
import { join } from 'node:path'
import { readCaseFile, runCase } from '@opscore/engine/testing'
import { describe, expect, it } from 'vitest'

const EXAMPLES = join(import.meta.dirname, '..')

describe.each(globSync('*/cases.yaml', { cwd: EXAMPLES }).sort())('%s', async (file) => {
  const { problems, content } = await readCaseFile(join(EXAMPLES, file))

  it('reads without problems', () => expect(problems).toEqual([]))

  it.each(content?.cases ?? [])('$name', (one) => {
    expect(content && runCase(content.workflow, one).differences).toEqual([])
  })
})
