/** The tests of the scenarios' own Python, by the Python that runs them. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pythonEnvironment } from '../../stand/python-environment.ts'

const ROOT = join(import.meta.dirname, '..', '..', '..')

test('shapes have the plan’s figures, breaking points are found, and what happens is recorded', () => {
  const python = pythonEnvironment(join(ROOT, '.load'), () => {})
  const { status, stdout } = spawnSync(python, ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'load/test/python'], {
    cwd: ROOT,
    encoding: 'utf8',
    env: { ...process.env, PYTHONPATH: join('load', 'scenarios'), PYTHONDONTWRITEBYTECODE: '1' },
  })
  expect({ status, stdout }).toEqual({ status: 0, stdout: expect.stringMatching(/^1[0-9] passed/m) })
})
